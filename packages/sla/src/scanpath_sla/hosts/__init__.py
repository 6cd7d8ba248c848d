"""The networks of the paper's experiments: on visual question answering, and on captions."""

from scanpath_sla.hosts.review_net import review_net as review_net
from scanpath_sla.hosts.sla import sla as sla
from scanpath_sla.hosts.words import Words as Words, WordsAndVector as WordsAndVector
