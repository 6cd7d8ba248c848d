"""What becomes of the kept cells: their sum, all their pairs by attention, or all their pairs by a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from scanpath.errors import ConfigError
from scanpath.layers.options import check, choose, named
from scanpath_han.aggregators.pairwise import PairwiseOperator as PairwiseOperator
from scanpath_han.aggregators.relation import RelationNetwork as RelationNetwork
from scanpath_han.aggregators.sum import SumPooling as SumPooling
from scanpath_han.selection import Aggregator

Aggregating = str | Mapping[str, Any] | Callable[..., Aggregator]
"""An aggregator's name, a mapping of ``name`` and its options, or what builds one."""

AGGREGATORS: Mapping[str, Callable[..., Aggregator]] = {
    "pairwise": PairwiseOperator,
    "relation": RelationNetwork,
    "sum": SumPooling,
}


def create_aggregator(aggregator: Aggregating, *, input_dim: int, query_dim: int | None) -> Aggregator:
    """Build an aggregator.

    Args:
        aggregator: "sum", "pairwise", "relation", ``{"name": .., **options}``, or a factory, such as a class or a
            partial.
        input_dim: d.
        query_dim: Q, or None.

    Raises:
        ConfigError: An unknown name or option, whose sentence carries the nearest, or a module in a factory's place.
    """
    constructor = check_aggregator(aggregator)
    options = {} if callable(aggregator) else named(aggregator, "aggregator")[1]
    return constructor(input_dim=input_dim, query_dim=query_dim, **options)


def check_aggregator(aggregator: Aggregating) -> Callable[..., Aggregator]:
    """Check an aggregator as :func:`create_aggregator` does, building nothing, and return what builds it.

    Raises:
        ConfigError: As :func:`create_aggregator`.
    """
    if isinstance(aggregator, nn.Module):
        name = type(aggregator).__name__
        raise ConfigError(
            f"aggregator is a module that is built already, expected what builds one: pass the class {name} or a "
            "partial of it."
        )
    if callable(aggregator):
        return aggregator
    name, options = named(aggregator, "aggregator")
    constructor = choose("aggregator", name, AGGREGATORS)
    check(name, constructor, ("input_dim", "query_dim"), options)
    return constructor
