"""What a method measures of its own: each line beside the first of its group."""

from __future__ import annotations

import json

import pytest

from scanpath.bench.cost import Cost
from scanpath.bench.method import Asked, Group, Less, Measured, less


def cost(*times: float, flops: int, peak: int) -> Cost:
    return Cost(
        milliseconds=0.0,
        spread=(0.0, 0.0),
        times=times,
        flops=flops,
        peak_bytes=peak,
        parameters=0,
        resident_bytes=None,
    )


FIRST = cost(10.0, 100.0, 10.0, flops=60, peak=12)


def test_factors_are_taken_round_by_round():
    """The second round was ten times as slow for both."""
    found = less(cost(4.0, 50.0, 2.5, flops=20, peak=8), FIRST)
    assert found == Less(time=(pytest.approx(2.25), 2.5, pytest.approx(3.25)), flops=3.0, peak_bytes=1.5)


def test_what_is_nothing_has_no_factor():
    nothing = cost(1.0, flops=0, peak=0)
    one = cost(1.0, flops=3, peak=5)
    for pair in ((nothing, one), (one, nothing), (nothing, nothing)):
        assert less(*pair) == Less(time=(1.0, 1.0, 1.0), flops=None, peak_bytes=None)


def test_a_group_is_written_with_its_factors():
    asked = Asked(what="at least 2x fewer FLOPs", found=3.0, met=True)
    half = Measured(name="half", cost=cost(5.0, 50.0, 5.0, flops=20, peak=12), asked=(asked,))
    written = json.loads(json.dumps(Group(title="both", lines=(Measured(name="all", cost=FIRST), half)).plain()))
    assert (written["title"], [line["name"] for line in written["lines"]]) == ("both", ["all", "half"])
    assert written["lines"][0]["less"] == {"time": [1.0, 1.0, 1.0], "flops": 1.0, "peak_bytes": 1.0}
    assert written["lines"][1]["less"] == {"time": [2.0, 2.0, 2.0], "flops": 3.0, "peak_bytes": 1.0}
    assert written["lines"][1]["cost"]["times"] == [5.0, 50.0, 5.0]
    assert written["lines"][1]["asked"] == [{"what": "at least 2x fewer FLOPs", "found": 3.0, "met": True}]
