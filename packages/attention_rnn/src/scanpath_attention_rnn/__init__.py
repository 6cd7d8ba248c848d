"""Structured attention along the diagonals of a map: AttentionRNN and its block form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanpath.lazy import exports

if TYPE_CHECKING:
    from scanpath_attention_rnn.attention_rnn import AttentionRNN as AttentionRNN, Distribution as Distribution
    from scanpath_attention_rnn.block import BlockAttentionRNN as BlockAttentionRNN
    from scanpath_attention_rnn.cbam import CBAM as CBAM, CBAMGate as CBAMGate, PooledChannels as PooledChannels
    from scanpath_attention_rnn.global_map import GlobalScorer as GlobalScorer

__version__ = "0.1.0"
__getattr__, __dir__ = exports(
    __name__,
    {
        "AttentionRNN": "attention_rnn",
        "BlockAttentionRNN": "block",
        "CBAM": "cbam",
        "CBAMGate": "cbam",
        "Distribution": "attention_rnn",
        "GlobalScorer": "global_map",
        "PooledChannels": "cbam",
    },
)
