"""Questions of a page are chosen by rule: types in turn, right ones and wrong ones, no picture twice."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.experiments.vqa_reporting import choose, mechanism
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
