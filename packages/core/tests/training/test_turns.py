"""Turns: accumulated parts equal the whole batch, clipping is torch's, and a turn moves its own parameters only."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from scanpath.errors import ConfigError
from scanpath.training.schedules import Constant, Rate
from scanpath.training.settings import TrainingSettings
from scanpath.training.turns import Turn, Turns, parameters_by_turn


def make(toy, objective, **settings) -> tuple[nn.Module, Turns]:
    names = {parameter: name for name, parameter in objective.named_parameters()}
    recipe = TrainingSettings.parse({"steps": 1, "optimiser": {"name": "sgd", "lr": 0.3}, **settings})
    by_turn = parameters_by_turn(objective, names)
    rate = Rate(Constant(), total=1, per_epoch=1)
    engine = SimpleNamespace(scaler=None)
    return objective, Turns(
        {
            name: Turn(name, parameters, recipe.for_turn(name), rate, engine, prefix=f"{name}/")
            for name, parameters in by_turn.items()
        }
    )


def regression(toy) -> nn.Module:
    torch.manual_seed(0)
    return toy.Regression(0.0)


def batch(toy, numbers) -> object:
    return toy.collate(toy.ToyDataset("train", noisy=False).__getitems__(list(numbers)))


def test_accumulated_parts_are_the_whole_batch(toy):
    whole, whole_turns = make(toy, regression(toy))
    parts, part_turns = make(toy, regression(toy))
    one = whole_turns.train("fit", whole, [batch(toy, range(12))], 0)
    three = part_turns.train("fit", parts, [batch(toy, range(start, start + 4)) for start in (0, 4, 8)], 0)
    assert_close(parts.state_dict(), whole.state_dict())
    assert_close(three, one)
    assert one.keys() == {"fit/error", "fit/loss"}


@pytest.mark.parametrize("clip", [{"clip_norm": 0.11}, {"clip_value": 0.013}, {"clip_norm": 0.07, "clip_value": 0.02}])
def test_clipping_is_torchs(toy, clip):
    ours, turns = make(toy, regression(toy), **clip)
    theirs = regression(toy)
    data = batch(toy, range(13))
    values = turns.train("fit", ours, [data], 0)
    parameters = theirs.optimised()["fit"]
    optimiser = torch.optim.SGD(parameters, lr=0.3)
    theirs(data, "fit")[0].backward()
    if "clip_value" in clip:
        nn.utils.clip_grad_value_(parameters, clip["clip_value"])
    if "clip_norm" in clip:
        norm = nn.utils.clip_grad_norm_(parameters, clip["clip_norm"])
        assert_close(values["fit/gradient_norm"], norm)
        assert norm > clip["clip_norm"], "the test clips nothing"
    optimiser.step()
    assert_close(ours.state_dict(), theirs.state_dict())


def test_a_turn_moves_its_own_parameters_only(toy):
    torch.manual_seed(0)
    objective, turns = make(toy, toy.Gan())
    data = [batch(toy, range(7))]
    for name, other in (("critic", "generator"), ("generator", "critic")):
        before = {key: value.clone() for key, value in objective.state_dict().items()}
        turns.train(name, objective, data, 0)
        for key, value in objective.state_dict().items():
            still = key.startswith(other) or key == "critic.2.bias"  # the critic's last bias cancels in its loss
            assert torch.equal(value, before[key]) == still, key
        assert all(parameter.grad is None for parameter in objective.parameters())


def test_what_no_turn_moves_is_frozen(toy):
    objective, _ = make(toy, regression(toy))
    assert {name for name, parameter in objective.named_parameters() if not parameter.requires_grad} == {
        "frozen.weight",
        "frozen.bias",
    }


def test_turns_that_cannot_be(toy):
    objective, turns = make(toy, regression(toy))
    with pytest.raises(ConfigError, match="announced a turn 'judge'"):
        turns.train("judge", objective, [], 0)
    names = {parameter: name for name, parameter in objective.named_parameters()}
    objective.optimised = lambda: {"fit": []}
    with pytest.raises(ConfigError, match="'fit' has no parameters to move"):
        parameters_by_turn(objective, names)
    objective.optimised = lambda: {"fit": [nn.Parameter(torch.zeros(1))]}
    with pytest.raises(ConfigError, match="not part of its objective"):
        parameters_by_turn(objective, names)
