"""What stands in pickles, without unpickling: a pickle runs whatever it names, so nothing of one is ever loaded."""

from scanpath.data.pickles.arrays import parse_old_pickle as parse_old_pickle
from scanpath.data.pickles.tables import parse_table as parse_table
