"""Kinds of numbers that settings hold, and sections that may be written as a bare name."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field


def _number(value: Any) -> Any:
    """Read ``1e-3``, which YAML 1.1 takes for text since it lacks the dot of ``1.0e-3``."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def by_name(value: Any) -> Any:
    """Let a section be written as its bare name: ``optimiser: sgd``."""
    return {"name": value} if isinstance(value, str) else value


Number = Annotated[float, BeforeValidator(_number)]
Positive = Annotated[Number, Field(gt=0)]
NonNegative = Annotated[Number, Field(ge=0)]
Share = Annotated[Number, Field(ge=0, le=1)]
"""From 0 to 1, both included."""
Below1 = Annotated[Number, Field(ge=0, lt=1)]
"""From 0 to 1, 1 excluded: what a running mean keeps of its past."""
ByName = BeforeValidator(by_name)
