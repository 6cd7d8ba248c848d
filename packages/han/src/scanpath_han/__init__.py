"""Hard attention that skips the work: HAN, AdaHAN, their straight-through baseline, and what aggregates a selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanpath.lazy import exports

if TYPE_CHECKING:
    from scanpath_han.adaptive_hard import AdaptiveHardAttention as AdaptiveHardAttention
    from scanpath_han.aggregators import (
        PairwiseOperator as PairwiseOperator,
        RelationNetwork as RelationNetwork,
        SumPooling as SumPooling,
    )
    from scanpath_han.hard import HardAttention as HardAttention
    from scanpath_han.straight_through import StraightThroughAttention as StraightThroughAttention

__version__ = "0.1.0"
__getattr__, __dir__ = exports(
    __name__,
    {
        "AdaptiveHardAttention": "adaptive_hard",
        "HardAttention": "hard",
        "PairwiseOperator": "aggregators",
        "RelationNetwork": "aggregators",
        "StraightThroughAttention": "straight_through",
        "SumPooling": "aggregators",
    },
)
