"""What was promised is judged by the factors of the line."""

from __future__ import annotations

import pytest
import torch

from scanpath.bench.cost import Cost
from scanpath.bench.promises import judged, measured


def cost(*times, flops, peak):
    rest = {"milliseconds": 0.0, "spread": (0.0, 0.0), "parameters": 0, "resident_bytes": None}
    return Cost(times=times, flops=flops, peak_bytes=peak, **rest)


def test_promises_by_hand():
    """Ratios are taken round by round: the second round was ten times as slow for both."""
    first, part = cost(10.0, 100.0, 10.0, flops=64, peak=25), cost(4.0, 50.0, 5.0, flops=4, peak=2)
    found = judged(part, first, {"flops": 16, "time": 2.5, "peak_bytes": 12.5})
    assert [one.what for one in found] == [
        "at least 16x fewer FLOPs",
        "at least 2.5x less time",
        "at least 12.5x less peak memory",
    ]
    assert [(one.found, one.met) for one in found] == [(16.0, True), (2.0, False), (12.5, True)]


@pytest.mark.parametrize(("time", "met"), [(10.0, True), (10.1, False)])
def test_not_slower_is_a_factor_of_one(time, met):
    (found,) = judged(cost(time, flops=1, peak=1), cost(10.0, flops=1, peak=1), {"time": 1})
    assert (found.what, found.met) == ("not slower", met)


@pytest.mark.parametrize(("time", "met"), [(30.0, True), (30.1, False)])
def test_a_line_may_cost_more_by_so_much(time, met):
    (found,) = judged(cost(time, flops=1, peak=1), cost(10.0, flops=1, peak=1), {"time": 1 / 3})
    assert (found.what, found.met) == ("at most 3x the time", met)


def test_lines_without_a_promise_are_not_judged():
    x = torch.ones(2, 3, requires_grad=True)
    calls = {"all": (torch.tanh, (x,)), "some": (torch.tanh, (x[:1].detach().requires_grad_(),))}
    group = measured("tanh", calls, repeats=1, promises={"some": {"peak_bytes": 2}})
    assert [line.name for line in group.lines] == ["all", "some"]
    assert group.lines[0].asked == ()
    assert [one.found for one in group.lines[1].asked] == [2.0]
