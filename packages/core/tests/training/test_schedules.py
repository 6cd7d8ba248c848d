"""Schedules against their closed forms, written out a second time."""

from __future__ import annotations

import math

import pytest
from pydantic import TypeAdapter

from scanpath.training.schedules import Plateau, Rate, Schedule

TOTAL, PER_EPOCH = 101, 7


def curve(**settings) -> list[float]:
    rate = Rate(TypeAdapter(Schedule).validate_python(settings), total=TOTAL, per_epoch=PER_EPOCH)
    return [rate.at(step) for step in range(TOTAL + 3)]


@pytest.mark.parametrize(
    ("settings", "closed"),
    [
        ({"name": "constant"}, lambda s: 1.0),
        ({"name": "halving", "every": 13}, lambda s: 1 / 2 ** (s // 13)),
        ({"name": "halving", "every": 3, "unit": "epochs"}, lambda s: 1 / 2 ** (s // 21)),
        ({"name": "step", "every": 11, "factor": 0.2}, lambda s: 0.2 ** (s // 11)),
        ({"name": "step", "milestones": [5, 29], "factor": 0.1}, lambda s: 1 if s < 5 else 0.1 if s < 29 else 0.01),
        ({"name": "step", "milestones": [2, 5], "unit": "epochs"}, lambda s: 0.1 ** ((s >= 14) + (s >= 35))),
        ({"name": "exponential", "every": 17}, lambda s: math.exp(-math.log(2) * s / 17)),
        ({"name": "cosine"}, lambda s: math.cos(math.pi * min(s, 101) / 202) ** 2),
        ({"name": "cosine", "final": 0.1, "warmup": 10}, lambda s: min(1, (s + 1) / 10)
         * (0.1 + 0.9 * math.cos(math.pi * min(max(s - 10, 0), 91) / 182) ** 2)),
        ({"name": "linear"}, lambda s: max(0, 1 - s / 101)),
        ({"name": "linear", "start": 51, "final": 0.2}, lambda s: 1 - 0.8 * min(max(s - 51, 0), 50) / 50),
        ({"name": "constant", "warmup": 2, "unit": "epochs"}, lambda s: min(1, (s + 1) / 14)),
        ({"name": "halving", "every": 13, "warmup": 19}, lambda s: min(1, (s + 1) / 19) / 2 ** (s // 13)),
    ],
)  # fmt: skip
def test_closed_forms(settings, closed):
    assert curve(**settings) == pytest.approx([closed(step) for step in range(TOTAL + 3)], abs=1e-12)


def test_plateau_drops_after_more_than_its_patience_and_stops_at_its_floor():
    rate = Rate(Plateau(name="plateau", factor=0.5, patience=2, floor=0.2), total=TOTAL, per_epoch=PER_EPOCH)
    seen = []
    for improved in [False, False, True, *[False] * 9]:
        rate.observe(improved=improved)
        seen.append(rate.at(0))
    assert seen == [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2]


def test_plateau_goes_on_from_its_state():
    settings = Plateau(name="plateau", patience=1)
    one, other = (Rate(settings, total=TOTAL, per_epoch=PER_EPOCH) for _ in range(2))
    one.observe(improved=False)
    other.load_state_dict(one.state_dict())
    for rate in (one, other):
        rate.observe(improved=False)
    assert one.at(3) == other.at(3) == 0.5


def test_others_learn_nothing_from_evaluations():
    rate = Rate(TypeAdapter(Schedule).validate_python("constant"), total=3, per_epoch=1)
    for _ in range(5):
        rate.observe(improved=False)
    assert rate.at(2) == 1.0


def test_decay_that_ends_before_it_begins():
    assert curve(name="linear", start=500) == [1.0] * (TOTAL + 3)
