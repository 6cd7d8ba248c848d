"""What passes between the parts: results unpack as tuples, and protocols tell the kinds apart."""

from __future__ import annotations

import typing

import torch

from scanpath import types
from scanpath.attention import DotScorer, IndependentCoAttention, MeanPooling
from scanpath.types import Attended, Attention, CoAttended, CoAttention, Objective, Output, Question, Scorer, Task


def test_results_are_tuples_with_names():
    for kind, fields in {
        Attended: ("context", "weights", "extras"),
        CoAttended: ("regions", "tokens"),
        Question: ("vector", "states", "mask"),
        Output: ("logits", "maps"),
        types.Batches: ("dataset", "sampler", "collate"),
    }.items():
        assert kind._fields == fields
        assert tuple(kind(*range(len(fields)))) == tuple(range(len(fields)))


def test_a_result_goes_through_tree_functions():
    """Data-parallel wrappers and compilers walk results; a NamedTuple keeps its type on the way."""
    one = Attended(torch.ones(2, 3), torch.ones(2, 1, 5), {"scores": torch.zeros(2, 1, 5)})
    doubled = torch.utils._pytree.tree_map(lambda tensor: tensor * 2, one)
    assert isinstance(doubled, Attended)
    assert doubled.weights.sum() == 20


def test_protocols_tell_the_kinds_apart():
    scorer, mean = DotScorer(region_dim=5, query_dim=3), MeanPooling(region_dim=5)
    both = IndependentCoAttention(MeanPooling(region_dim=5), MeanPooling(region_dim=7))
    assert [isinstance(scorer, kind) for kind in (Scorer, Attention, CoAttention)] == [True, False, False]
    assert [isinstance(mean, kind) for kind in (Scorer, Attention, CoAttention)] == [False, True, False]
    assert [isinstance(both, kind) for kind in (Scorer, Attention, CoAttention)] == [False, False, True]


def test_objectives_and_tasks_are_told_by_their_methods():
    class Loss(torch.nn.Module):
        def optimised(self):
            return {}

        def turns(self, step):
            return ("all",)

    class Job:
        name, headline, higher_is_better = "job", "accuracy", True

        def objective(self): ...
        def batches(self, split, *, size, seed=None, rank=0, world=1): ...
        def predict(self, objective, batch): ...
        def measures(self, records, split): ...

    assert isinstance(Loss(), Objective)
    assert not isinstance(torch.nn.Linear(2, 2), Objective)
    assert isinstance(Job(), Task)
    assert not isinstance(Loss(), Task)


def test_kinds_and_axes_are_the_plan_s():
    assert set(typing.get_args(types.Kind)) == {"soft", "hard", "gate"}
    assert set(typing.get_args(types.Axis)) == {"glimpse", "hop", "layer"}
