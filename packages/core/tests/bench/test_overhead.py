"""The ratio of two loops: medians of pairs, taken in turn."""

from __future__ import annotations

import pytest

from scanpath.bench.overhead import measure_overhead
from scanpath.errors import ConfigError


def test_median_of_alternating_pairs():
    order = []
    mine, plain = iter([9.0, 2.0, 3.0, 12.0]), iter([9.0, 1.0, 2.0, 3.0])

    def loop() -> float:
        order.append("loop")
        return next(mine)

    def bare() -> float:
        order.append("bare")
        return next(plain)

    found = measure_overhead(loop, bare, rounds=3)
    assert found.ratios == (2.0, 1.5, 4.0)
    assert (found.ratio, found.seconds, found.bare_seconds) == (2.0, 3.0, 2.0)
    assert order == ["loop", "bare", "bare", "loop", "loop", "bare", "bare", "loop"]


def test_no_rounds():
    with pytest.raises(ConfigError, match="0 rounds given"):
        measure_overhead(lambda: 1.0, lambda: 1.0, rounds=0)
