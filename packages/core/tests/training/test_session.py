"""Sessions: tasks that cannot be trained, checkpoints that are not theirs, and which evaluation is the best."""

from __future__ import annotations

import json
import math

import pytest

from scanpath.errors import ConfigError, RunError
from scanpath.training.engine import Engine
from scanpath.training.session import Best, Session
from scanpath.training.settings import TrainingSettings


def make(task, **changes) -> Session:
    settings = TrainingSettings.parse({"steps": 7, "batch_size": 5, **changes})
    return Session(task, settings, Engine(settings), seed=3)


def test_best_follows_the_direction():
    best = Best()
    answers = [
        best.judge({"x": value}, step, headline="x", higher_is_better=True)
        for step, value in enumerate([math.nan, 0.5, 0.5, 0.7, math.nan, 0.2])
    ]
    assert answers == [False, True, False, True, False, False]
    assert (best.step, best.headline, best.measures, best.standing) == (3, 0.7, {"x": 0.7}, 2)
    lower = Best()
    assert [lower.judge({"x": v}, 0, headline="x", higher_is_better=False) for v in (3, 2, 2.5)] == [True, True, False]


def test_a_headline_that_is_not_measured():
    with pytest.raises(ConfigError, match=r"headline 'x' is not among its measures \('y', 'z'\)"):
        Best().judge({"y": 1, "z": 2}, 0, headline="x", higher_is_better=True)


def test_an_objective_is_a_module(toy):
    class Wrong(toy.ToyRegression):
        def objective(self):
            return 3

    with pytest.raises(ConfigError, match=r"the objective of 'toy' is a int, not an nn\.Module"):
        make(Wrong())


def test_settings_of_unknown_turns(toy):
    with pytest.raises(ConfigError, match="a turn 'critics', which the objective lacks; did you mean 'critic'"):
        make(toy.ToyGan(), turns={"critics": {"lr": 0.1}})


def test_first_weights_follow_from_the_seed(toy):
    one, other = make(toy.ToyRegression()), make(toy.ToyRegression())
    assert all((a == b).all() for a, b in zip(one.objective.parameters(), other.objective.parameters(), strict=True))


def test_checkpoints_of_others_are_refused(toy, tmp_path):
    session = make(toy.ToyRegression())
    session.train_step()
    session.save(tmp_path / "last")
    with pytest.raises(RunError, match="another model's checkpoint"):
        make(toy.ToyGan()).load(tmp_path / "last")
    path = tmp_path / "last" / "state.json"
    content = json.loads(path.read_text())
    content["state"]["processes"] = 2
    path.write_text(json.dumps(content))
    with pytest.raises(RunError, match="was written by 2 processes, this run has 1"):
        make(toy.ToyRegression()).load(tmp_path / "last")
    content["state"].update(processes=1, turns={})
    path.write_text(json.dumps(content))
    with pytest.raises(RunError, match="knows no turn 'fit'"):
        make(toy.ToyRegression()).load(tmp_path / "last")
