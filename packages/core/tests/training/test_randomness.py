"""Random numbers are put back to the bit, and a batch's own numbers touch no others."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.training import checkpoints
from scanpath.training.randomness import Seeded, capture, mix, restore, seed_everything

CPU = torch.device("cpu")


def uniform() -> list[float]:
    return [random.random(), float(np.random.rand()), torch.rand(()).item()]  # noqa: NPY002 - the global generator


def draw() -> list[float]:
    normal = [random.gauss(0, 1), float(np.random.randn()), torch.randn(()).item()]  # noqa: NPY002 - as above
    return [*uniform(), *normal]


def test_state_survives_json_and_tensors():
    seed_everything(5)
    draw()  # leaves half of a pair of normal numbers in two of the generators
    tensors: dict[str, torch.Tensor] = {}
    packed = json.dumps(checkpoints.pack(capture(CPU), tensors))
    expected = [draw() for _ in range(3)]
    seed_everything(7)
    restore(checkpoints.unpack(json.loads(packed), tensors), CPU)
    assert [draw() for _ in range(3)] == expected


def test_seeds_decide():
    seed_everything(5)
    first = draw()
    seed_everything(5)
    assert draw() == first
    seed_everything(6)
    assert all(one != other for one, other in zip(draw(), first, strict=True))


def test_seeded_blocks_repeat_and_leave_no_trace():
    seed_everything(3)
    before = uniform()
    seed_everything(3)
    with Seeded(11):
        inside = draw()
    assert uniform() == before
    with Seeded(11):
        assert draw() == inside
    with Seeded(12):
        assert draw() != inside


def test_an_error_within_leaves_no_trace_either():
    def fail() -> None:
        with Seeded(11):
            draw()
            raise KeyError

    seed_everything(3)
    expected = uniform()
    seed_everything(3)
    with pytest.raises(KeyError):
        fail()
    assert uniform() == expected


@given(st.lists(st.integers(0, 2**64), min_size=1, max_size=4), st.integers(0, 3), st.integers(1, 9))
def test_mixing_tells_places_apart(numbers, place, change):
    other = list(numbers)
    other[place % len(numbers)] += change
    assert 0 <= mix(*numbers) < 2**63
    assert mix(*numbers) == mix(*numbers) != mix(*other)


def test_mixing_is_the_same_everywhere():
    assert mix(1, 23) != mix(12, 3)
    assert mix(2, 3, 5) == 3754283889763594777
