"""What a column may show beside one measure of its task: a cost, something of its runs' history, or a series.

A cost is named ``cost/...`` and measured on the rows' models; see :mod:`scanpath.experiments.tables.costs`. What the
evaluations during training tell is named ``history/...``; see :mod:`scanpath.experiments.tables.history`. A series is
named ``PREFIX/*`` and gathers all measures under that prefix: the points of a figure, by the rest of their names.
"""

from __future__ import annotations

COST = "cost/"
COSTS = tuple(f"{COST}{name}" for name in ("relative_runtime", "milliseconds", "parameters", "flops", "peak_mib"))
"""What can be measured of a row: of one forward and backward pass of a batch, and the number of its parameters."""
HISTORY = "history/"
FALL = f"{HISTORY}fall"
AFTER = f"{HISTORY}after/"
UNTIL = f"{HISTORY}until/"
SETTLED = f"{HISTORY}settled/"
SERIES = "/*"


def is_cost(measure: str) -> bool:
    """Tell whether a measure is a cost."""
    return measure.startswith(COST)


def is_history(measure: str) -> bool:
    """Tell whether a measure is read from what was evaluated during training."""
    return measure.startswith(HISTORY)


def is_known_history(measure: str) -> bool:
    """Tell whether there is such: the largest fall, the headline after a time, the time until a value or until rest."""
    point = measure.removeprefix(AFTER).removeprefix(UNTIL).removeprefix(SETTLED)
    if not measure.startswith((AFTER, UNTIL, SETTLED)):
        return measure == FALL
    return is_number(point) or (point == "*" and measure.startswith(AFTER))


def is_series(measure: str) -> bool:
    """Tell whether a measure stands for all that share its prefix."""
    return measure.endswith(SERIES)


def points(measure: str, known: list[str]) -> list[str]:
    """Return the points of a series, such as ``["1", "2", "4"]``: in the order of numbers if all are numbers."""
    prefix = measure.removesuffix("*")
    found = [name.removeprefix(prefix) for name in known if name.startswith(prefix)]
    return sorted(found, key=float) if all(map(is_number, found)) else found


def is_number(point: str) -> bool:
    """Tell whether a point has a place on an axis."""
    try:
        float(point)
    except ValueError:
        return False
    return True
