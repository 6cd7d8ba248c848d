"""The network of the paper's experiments on visual question answering."""

from scanpath_sla.hosts.sla import sla as sla
from scanpath_sla.hosts.words import Words as Words, WordsAndVector as WordsAndVector
