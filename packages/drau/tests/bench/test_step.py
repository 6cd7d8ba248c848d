"""A step's parts are all there, each is given what the network gives it, and the rest is what is left."""

from __future__ import annotations

import torch
from torch import nn

from scanpath.bench.cost import Cost
from scanpath_drau import DualRecurrentAttention
from scanpath_drau.bench.step import WHOLE, Replay, given_to, judged, parts_of, step
from scanpath_drau.hosts import drau

SMALL = {"side": 2, "width": 6, "words": 3, "vocabulary": 11, "answers": 5}


def network():
    return drau(
        answers=5, vocabulary_size=11, feature_dim=6, question_dim=6, co_attention=DualRecurrentAttention
    ).eval()  # fmt: skip


def test_parts_are_told_apart():
    model = network()
    parts = parts_of(model)
    assert len(parts["its recurrences"]) == 4  # two of the question, one a unit
    assert all(isinstance(one, nn.LSTM) for one in parts["its recurrences"])
    assert parts["its fusion and classifier"] == [model.fusion, model.classifier]
    projections = {name for name, one in model.named_modules() if one in parts["its projections"]}
    assert projections == {
        f"co_attention.{name}"
        for name in ("regions.0", "tokens.0", "rvau.project.0", "rtau.project.0", "rvau.scores.glimpses",
                     "rtau.scores.glimpses")
    }  # fmt: skip


def test_a_replay_gives_what_the_network_gave():
    model = network()
    inputs = torch.randn(2, 2, 2, 6), torch.randint(1, 11, (2, 3))
    given = given_to([model.classifier, model.fusion], model, inputs)
    (logits,) = Replay([model.classifier])(given[model.classifier])
    torch.testing.assert_close(logits, model(*inputs).logits)
    assert all(one.is_leaf and one.requires_grad for one in given[model.fusion])
    model(*inputs)
    assert not model.fusion._forward_pre_hooks


def test_a_step_and_its_parts_are_measured():
    group = step(device="cpu", batch=2, repeats=1, **SMALL)
    assert [line.name for line in group.lines] == [
        WHOLE, "its recurrences", "its projections", "its fusion and classifier"
    ]  # fmt: skip
    assert [one.what for one in group.lines[0].asked] == ["at most 10% outside its parts"]
    whole, *parts = (line.cost.flops for line in group.lines)
    assert 0.8 * whole < sum(parts) <= whole


def test_the_rest_by_hand():
    def cost(*times):
        return Cost(milliseconds=times[0], spread=(0, 0), times=times, flops=0, peak_bytes=0, parameters=0,
                    resident_bytes=None)  # fmt: skip

    found = judged({WHOLE: cost(10.0, 20.0, 40.0), "one": cost(6.0, 12.0, 28.0), "other": cost(3.0, 6.0, 2.0)})
    assert round(found.found, 6) == 0.1
    assert found.met == (found.found <= 0.1)
    assert not judged({WHOLE: cost(10.0), "one": cost(8.0)}).met
