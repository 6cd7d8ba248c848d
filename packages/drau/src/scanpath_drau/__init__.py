"""Recurrent attention units: over regions (RVAU), over words (RTAU), and both together (DRAU)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanpath.lazy import exports

if TYPE_CHECKING:
    from scanpath_drau.dual import DualRecurrentAttention as DualRecurrentAttention
    from scanpath_drau.grid_lstm import GridLSTM as GridLSTM
    from scanpath_drau.recurrent import RecurrentScorer as RecurrentScorer
    from scanpath_drau.rvau import RTAU as RTAU, RVAU as RVAU
    from scanpath_drau.unit import RecurrentAttentionUnit as RecurrentAttentionUnit

__version__ = "0.1.0"
__getattr__, __dir__ = exports(
    __name__,
    {
        "DualRecurrentAttention": "dual",
        "GridLSTM": "grid_lstm",
        "RTAU": "rvau",
        "RVAU": "rvau",
        "RecurrentAttentionUnit": "unit",
        "RecurrentScorer": "recurrent",
    },
)
