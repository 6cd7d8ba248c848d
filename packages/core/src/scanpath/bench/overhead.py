"""What a loop costs more than a bare one: both in turn, round after round, so that a busy machine slows both."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from scanpath.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Overhead:
    """Of a loop against a bare one that does the same work."""

    ratio: float
    """Median over the rounds of the loop's seconds by the bare one's; 1 means no overhead."""
    ratios: tuple[float, ...]
    """Of every round."""
    seconds: float
    """The loop's median round."""
    bare_seconds: float
    """The bare loop's median round."""


def measure_overhead(loop: Callable[[], float], bare: Callable[[], float], *, rounds: int = 9) -> Overhead:
    """Time two loops in turn.

    Args:
        loop: does one round of the work and returns the seconds that count, set-up left out.
        bare: does the same work without anything around it.
        rounds: of both, after one of each that does not count; who begins changes from round to round.

    Raises:
        ConfigError: if there are no rounds.
    """
    if rounds < 1:
        raise ConfigError(f"{rounds} rounds given, expected at least 1.")
    loop(), bare()
    pairs = []
    for number in range(rounds):
        if number % 2:
            pairs.append((loop(), bare()))
        else:
            plain = bare()
            pairs.append((loop(), plain))
    ratios = tuple(mine / plain for mine, plain in pairs)
    return Overhead(
        ratio=statistics.median(ratios),
        ratios=ratios,
        seconds=statistics.median(mine for mine, _ in pairs),
        bare_seconds=statistics.median(plain for _, plain in pairs),
    )
