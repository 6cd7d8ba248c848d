"""What steps report: means, no value looked at early, the first bad step named."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
import torch

from scanpath.errors import RunError
from scanpath.training.recorder import Recorder

ALONE = SimpleNamespace(world=1, device=torch.device("cpu"))


class Mirrored(SimpleNamespace):
    """Two processes that report the same."""

    world, device = 2, torch.device("cpu")

    def add_up(self, values):
        return 2 * values


def scalars(**values) -> dict[str, torch.Tensor]:
    return {name: torch.tensor(value) for name, value in values.items()}


@pytest.mark.parametrize(("engine", "samples"), [(ALONE, 12), (Mirrored(), 24)])
def test_means_of_a_window(engine, samples):
    recorder = Recorder(engine)
    recorder.add(1, scalars(loss=2.0, right=3), 5)
    recorder.add(2, scalars(loss=4.0), 7)
    assert recorder.samples == 0
    assert recorder.collect() is False
    assert recorder.samples == samples
    assert recorder.means() == {"loss": 3.0, "right": 3.0}
    assert recorder.means() == {}


@pytest.mark.parametrize("engine", [ALONE, Mirrored()])
def test_a_wish_to_stop_is_shared(engine):
    assert Recorder(engine).collect(stop=True) is True


def test_the_first_bad_step_is_named_with_the_last_finite_values():
    recorder = Recorder(ALONE)
    recorder.add(1, scalars(**{"critic/loss": 0.5, "critic/real": 0.25}), 1)
    recorder.add(2, scalars(**{"critic/loss": float("inf")}), 1)
    recorder.add(3, scalars(**{"critic/loss": float("nan")}), 1)
    with pytest.raises(RunError) as caught:
        recorder.collect()
    assert str(caught.value).startswith(
        "critic/loss became inf at step 2 (last finite values: critic/loss = 0.5, critic/real = 0.25): lower"
    )


def test_other_values_may_be_undefined():
    recorder = Recorder(ALONE)
    recorder.add(1, scalars(loss=1.0, accuracy=float("nan")), 1)
    recorder.collect()
    assert math.isnan(recorder.means()["accuracy"])


def test_a_window_survives_a_checkpoint():
    one, other = Recorder(ALONE), Recorder(ALONE)
    one.add(1, scalars(loss=0.1), 3)
    one.collect()
    other.load_state_dict(one.state_dict())
    for recorder in (one, other):
        recorder.add(2, scalars(loss=0.7), 3)
        recorder.collect()
    assert (one.samples, one.means()) == (other.samples, other.means()) != (6, {})
