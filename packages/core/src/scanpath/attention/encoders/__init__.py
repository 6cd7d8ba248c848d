"""Encoders, from regions to regions, one a file: what stands in front of an attention in a ``Contextual``."""

from scanpath.attention.encoders.bilstm import BiLSTM as BiLSTM, bilstm as bilstm
from scanpath.attention.encoders.channel import ChannelAttention as ChannelAttention, channel as channel
from scanpath.attention.encoders.self_attention import SelfAttention as SelfAttention, self_attention as self_attention
