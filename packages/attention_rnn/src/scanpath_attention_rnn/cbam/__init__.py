"""CBAM: a feature map gated channel by channel, then cell by cell.

Source: Woo et al., "CBAM: Convolutional Block Attention Module", ECCV 2018, https://arxiv.org/abs/1807.06521, in the
numbers of its published code (https://github.com/Jongchan/attention-module).
"""

from scanpath_attention_rnn.cbam.module import CBAM as CBAM, Gated as Gated
from scanpath_attention_rnn.cbam.scorers import CBAMGate as CBAMGate, PooledChannels as PooledChannels
