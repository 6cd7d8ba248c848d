"""The network of the paper's experiments on digits."""

from scanpath_attention_rnn.hosts.progressive import ProgressiveCNN as ProgressiveCNN, progressive as progressive
