"""Hard attention that skips the work: HAN, AdaHAN, their straight-through baseline, and what aggregates a selection."""

from scanpath_han.adaptive_hard import AdaptiveHardAttention as AdaptiveHardAttention
from scanpath_han.aggregators import (
    PairwiseOperator as PairwiseOperator,
    RelationNetwork as RelationNetwork,
    SumPooling as SumPooling,
)
from scanpath_han.hard import HardAttention as HardAttention
from scanpath_han.straight_through import StraightThroughAttention as StraightThroughAttention

__version__ = "0.1.0"
