"""Times are those of runs that are known, or of some steps."""

from __future__ import annotations

import json

import pytest

from scanpath.experiments.running import RESULT
from scanpath.experiments.tables import estimating
from scanpath.experiments.tables.estimating import probe, seconds_of, steps_of
from scanpath.experiments.tables.planning import do


def test_steps_are_counted_for_every_kind_of_length(toy_plan) -> None:
    assert steps_of(toy_plan().chosen[0]) == 2
    assert steps_of(toy_plan(**{"training: {steps: 2,": "training: {samples: 10,"}).chosen[0]) == 4
    assert steps_of(toy_plan(**{"training: {steps: 2,": "training: {epochs: 2.0,"}).chosen[0]) == 6


def test_a_recorded_time_beats_a_probe(toy_plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "has_cuda", lambda: False)
    monkeypatch.setattr(estimating, "probe", lambda config: 7.0)
    plan = toy_plan(seeds=2)
    assert seconds_of(plan) == {"weak": 14.0, "strong": 14.0}
    do(plan.chosen[0])
    path = plan.chosen[0].folder / RESULT
    path.write_text(json.dumps({**json.loads(path.read_text()), "seconds": 3.0}))
    assert seconds_of(plan) == {"weak": 3.0, "strong": 14.0}
    monkeypatch.setattr(estimating, "has_cuda", lambda: True)
    assert seconds_of(plan) == {"weak": 3.0}, "a probe on a GPU would measure its start"


def test_a_probe_takes_some_steps(toy_plan) -> None:
    place = toy_plan().places[0]
    assert 0 < probe(place.config) < 1
