"""Every optimiser steps as torch's plain form of it does, and goes on from its saved state to the bit."""

from __future__ import annotations

import pytest
import torch
from pydantic import TypeAdapter
from torch.testing import assert_close

from scanpath.training import checkpoints
from scanpath.training.optimisation import Optimiser, build

CASES = {
    "adam": ({"name": "adam", "lr": 0.03, "betas": [0.7, 0.9], "weight_decay": 0.1}, torch.optim.Adam),
    "amsgrad": ({"name": "adam", "amsgrad": True}, torch.optim.Adam),
    "adamw": ({"name": "adamw", "lr": 0.03, "eps": 1e-3}, torch.optim.AdamW),
    "rmsprop": ({"name": "rmsprop", "alpha": 0.8, "momentum": 0.5, "centered": True}, torch.optim.RMSprop),
    "sgd": ({"name": "sgd", "lr": 0.05}, torch.optim.SGD),
    "momentum": ({"name": "sgd", "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}, torch.optim.SGD),
    "adagrad": (
        {"name": "adagrad", "lr": 0.1, "lr_decay": 0.01, "initial_accumulator_value": 0.5},
        torch.optim.Adagrad,
    ),
}


def model() -> torch.nn.Module:
    torch.manual_seed(2)
    return torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2))


def walk(module, optimiser, steps: range) -> None:
    for step in steps:
        x = torch.randn(7, 3, generator=torch.Generator().manual_seed(step))
        x = x.to(next(module.parameters()).dtype)
        module(x).square().sum().backward()
        optimiser.step()
        optimiser.zero_grad()


@pytest.mark.parametrize("case", CASES)
def test_steps_as_torch_does(case):
    values, plain = CASES[case]
    ours, theirs = model().double(), model().double()  # fused steps round otherwise, and steep ones carry that far
    settings = TypeAdapter(Optimiser).validate_python(values)
    walk(ours, build(settings, list(ours.parameters())), range(5))
    walk(theirs, plain(theirs.parameters(), **settings.options()), range(5))
    assert_close(ours.state_dict(), theirs.state_dict())


@pytest.mark.parametrize("case", CASES)
def test_state_survives_the_disk_bit_for_bit(case, tmp_path):
    settings = TypeAdapter(Optimiser).validate_python(CASES[case][0])
    whole, first, second = model(), model(), model()
    walk(whole, build(settings, list(whole.parameters())), range(9))
    optimiser = build(settings, list(first.parameters()))
    walk(first, optimiser, range(4))
    names = {parameter: name for name, parameter in first.named_parameters()}
    kept = {"optimiser": checkpoints.optimiser_state(optimiser, names)}
    checkpoints.save(tmp_path / "point", first.state_dict(), kept)
    weights, state = checkpoints.load(tmp_path / "point")
    checkpoints.put_weights(second, weights, tmp_path)
    optimiser = build(settings, list(second.parameters()))
    names = {parameter: name for name, parameter in second.named_parameters()}
    checkpoints.put_optimiser_state(optimiser, state["optimiser"], names)
    walk(second, optimiser, range(4, 9))
    assert_close(second.state_dict(), whole.state_dict(), rtol=0, atol=0)


def test_defaults_are_torchs():
    for name, plain in (("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW), ("rmsprop", torch.optim.RMSprop),
                        ("adagrad", torch.optim.Adagrad)):  # fmt: skip
        default = plain([torch.nn.Parameter(torch.zeros(1))]).defaults
        options = TypeAdapter(Optimiser).validate_python(name).options()
        expected = {key: default[key] for key in options}
        assert options == (expected if name != "rmsprop" else {**expected, "lr": 1e-3})
