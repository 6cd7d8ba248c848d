"""Questions of a page are chosen by rule: types in turn, right ones and wrong ones, no picture twice."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.experiments.vqa_reporting import _breakdowns, choose, mechanism
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.settings import ModelSettings

KINDS = ["count", "count", "count", "color", "color", "where", "where", "where", "where"]
IMAGES = [1, 2, 3, 1, 2, 4, 5, 4, 6]


def split(*, grounded: str | None = None) -> VQASplit:
    count = len(KINDS)
    ids = np.arange(count) + 10
    truth = VQAAnnotations(list(KINDS), ["other"] * count, ["x"] * count, [("x",) * 10] * count)
    about = {int(key): (0,) if kind == grounded else (0, 1) for key, kind in zip(ids, KINDS, strict=True)}
    grounding = None if grounded is None else SimpleNamespace(objects_of=about.__getitem__)
    names = {image: f"{image}.png" for image in IMAGES}
    return VQASplit("made/up", ids, np.array(IMAGES), ["?"] * count, names, None, truth, grounding)


def test_frequent_types_come_first_and_no_picture_twice() -> None:
    right = np.array([True, True, True, True, True, True, False, False, False])
    # right: where 5 (picture 4), count 0 (1), color 4 (2; 3 shows picture 1 again), count 2 (3)
    # wrong: where 6 (5), then 8 (6), since 7 shows picture 4 again
    assert choose(split(), right, 4) == [5, 0, 4, 2, 6, 8]
    assert choose(split(), right, 1) == [5, 6]


def test_types_about_one_object_come_before_all() -> None:
    assert choose(split(grounded="color"), np.ones(9, dtype=bool), 2) == [3, 5]


@pytest.mark.parametrize("right", [True, False])
def test_one_side_may_be_empty(right: bool) -> None:
    found = choose(split(), np.full(9, right), 2)
    assert len(found) == 2


def test_families_are_a_breakdown_where_they_are_known() -> None:
    known = split()
    truth = known.annotations
    assert truth is not None
    told = replace(known, annotations=replace(truth, families=["10", "2", "2", "10", "2", "2", "2", "2", "10"]))
    said = {int(key): "x" if place < 3 else "y" for place, key in enumerate(known.question_ids)}
    task = VQATask({"features": None}, open_split=lambda name: told)
    scores = task.scores({str(key): {"answer": text} for key, text in said.items()}, "val")
    kinds = {one.kind: one.groups for one in _breakdowns(told, scores)}
    assert [(one.name, one.value, one.count) for one in kinds["family"]] == [("2", 33.33, 6), ("10", 33.33, 3)]
    assert "family" not in [one.kind for one in _breakdowns(known, replace(scores, per_family={}))]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "dot"),
        ({"attention": None}, "The question alone"),
        ({"attention": {"name": "multi_hop", "hops": 3, "double_tanh": True}}, "multi_hop (hops 3, double_tanh True)"),
        ({"co_attention": "independent"}, "independent"),
    ],
)
def test_what_looks_is_named_with_its_options(values: dict, words: str) -> None:
    assert mechanism(ModelSettings.parse(values)) == words
