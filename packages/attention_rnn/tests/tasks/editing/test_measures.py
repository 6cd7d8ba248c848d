"""Measures of two pictures, counted by hand."""

from __future__ import annotations

import math

import pytest

from scanpath_attention_rnn.tasks.editing.measures import items, measure, measure_names


def edit(attribute, target, seen, **numbers):
    known = {"outside": 2.0, "mean": 0.4, "spread": 0.25, "variation": 0.5}
    known |= {"variation_inside": 0.1, "variation_outside": 0.3}
    known |= {"mask_inside": 0.9, "mask_outside": 0.2, "outside_hair": 4.0}
    return {"attribute": attribute, "target": target, "seen": dict(zip(NAMES, seen, strict=True)), **known, **numbers}


NAMES = ("hair", "gender", "smile")
RECORDS = {
    "a": {
        "values": [0, 1, 0], "seen": dict(zip(NAMES, (0, 1, 0), strict=True)), "cycle": 3.0,
        "edits": [
            edit("hair", 1, (1, 1, 0), variation_inside=0.3), edit("hair", 2, (1, 0, 0)),
            edit("gender", 0, (0, 0, 0)), edit("smile", 1, (0, 1, 0)),
        ],
    },
    "b": {
        "values": [2, 0, 1], "seen": dict(zip(NAMES, (1, 0, 1), strict=True)), "cycle": 5.0,
        "edits": [
            edit("hair", 0, (0, 0, 1), outside=6.0), edit("hair", 1, (1, 0, 1), variation_inside=None, spread=0.75),
            edit("gender", 1, (2, 1, 0)), edit("smile", 0, (1, 0, 0)),
        ],
    },
}  # fmt: skip


def test_edits_are_counted():
    found = measure(RECORDS, NAMES, hair=True)
    assert list(found) == measure_names(NAMES, hair=True)
    assert found["error/hair"] == 25  # a's second, seen as blond and not as brown
    assert (found["error/gender"], found["error/smile"]) == (0, 50)
    assert found["error/mean"] == 25
    assert found["kept/hair"] == 75  # of a's second also the gender changed
    assert found["kept/gender"] == 50  # b was seen blond and smiling before
    assert found["kept/smile"] == 100
    assert found["kept/mean"] == 75
    assert (found["judge/hair"], found["judge/gender"]) == (50, 100)  # b's brown is taken for blond
    assert found["l1/cycle"] == 4
    assert (found["l1/outside/hair"], found["l1/outside/smile"]) == (3, 2)
    assert found["l1/outside"] == pytest.approx(7 / 3)
    assert found["variation/inside"] == pytest.approx(100 * (0.3 + 0.1 + 0.1) / 3)
    assert found["variation/smile"] == 50
    assert found["mask/smile"] == 40
    assert found["roughness/smile"] == pytest.approx(200)  # 0.5 of 0.25
    assert found["roughness/hair"] == pytest.approx(100 * 0.5 / (1.5 / 4))
    assert found["roughness/inside"] == pytest.approx(100 * (0.5 / 3) / 0.25), "of what is known"
    assert (found["mask/inside"], found["mask/outside"], found["l1/outside_hair"]) == pytest.approx((90, 20, 4))


def test_what_nobody_judges_is_not_named():
    alone = measure(RECORDS, ["smile"], hair=False)
    assert list(alone) == measure_names(["smile"], hair=False)
    assert (alone["error/smile"], alone["error/mean"]) == (50, 50)
    assert not any(name.startswith(("kept", "mask/inside", "variation/inside", "roughness/inside")) for name in alone)
    nobody = measure(RECORDS, [], hair=False)
    assert not any(name.startswith(("error", "kept", "judge")) for name in nobody)
    assert all(math.isfinite(value) for value in nobody.values())
    two = measure(RECORDS, ["gender", "smile"], hair=False)
    assert (two["kept/hair"], two["kept/gender"]) == (75, 50)


def test_a_measure_is_the_mean_of_what_pictures_have():
    found = measure(RECORDS, NAMES, hair=True)
    told = [name for name in found if items(RECORDS, name) is not None]
    assert told == [name for name in found if name.startswith(("error", "kept", "judge", "l1/cycle"))]
    for name in told:
        values = items(RECORDS, name)
        assert list(values) == ["a", "b"]
        assert sum(values.values()) / 2 == pytest.approx(found[name])
    assert items(RECORDS, "error/hair") == {"a": 50, "b": 0}


def test_a_mask_that_is_even_has_no_roughness():
    even = {"a": {**RECORDS["a"], "edits": [{**edit, "spread": 0.0} for edit in RECORDS["a"]["edits"]]}}
    assert math.isnan(measure(even, NAMES, hair=False)["roughness/hair"])
