"""Attention correctness beside the answers, worked out by hand on pictures of two by three cells."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.batch import VQABatch
from scanpath.tasks.vqa.looking import (
    CORRECTNESS,
    EACH,
    EVEN,
    LAST,
    LEAST,
    MOST,
    Looking,
    looking_measures,
    whole_correctness,
)
from scanpath.tasks.vqa.maps import Maps

#: Object 1 covers the first column of cells, object 2 the lower half of the last.
LABELS = np.array([[1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 2, 2], [1, 1, 0, 0, 2, 2]], dtype=np.uint8)
OBJECTS = {21: (0,), 12: (1,), 33: (0, 1)}


def split_of(start: int = 0, **changes: Any) -> VQASplit:
    """Three questions about one picture, two of a type that is about one object."""
    known = SimpleNamespace(objects_of=lambda key: OBJECTS[key - start], masks=lambda image: LABELS)
    values: dict[str, Any] = {
        "name": "hand/val",
        "question_ids": np.array([21, 12, 33]) + start,
        "image_ids": np.array([5, 5, 5]),
        "questions": ["what?"] * 3,
        "image_names": {5: "5.png"},
        "annotations": VQAAnnotations(["color", "color", "likeness"], ["other"] * 3, ["x"] * 3, [("x",) * 10] * 3),
        "grounding": known,
    }
    return VQASplit(**values | changes)


def batch_of(*keys: int, boxes: torch.Tensor | None = None, mask: torch.Tensor | None = None) -> VQABatch:
    count = len(keys)
    return VQABatch(
        images=torch.zeros(1, 2, 3, 7),
        image_index=torch.zeros(count, dtype=torch.long),
        tokens=torch.ones(count, 2, dtype=torch.long),
        answers=torch.zeros(count, 1, dtype=torch.long),
        question_ids=torch.tensor(keys),
        boxes=boxes,
        region_mask=mask,
    )


GRID = torch.tensor([[[[0.5, 0, 0.25], [0.125, 0, 0.125]], [[0.25, 0.25, 0], [0.25, 0, 0.25]]]])  # (1, 2, 2, 3)


def test_glimpses_are_averaged_and_hops_multiplied() -> None:
    first, last = torch.tensor(LABELS == 1)[None], torch.tensor(LABELS == 2)[None]
    glimpses, hops = Maps(("a", "b"), GRID, axis="glimpse"), Maps(("a", "b"), GRID, axis="hop")
    assert whole_correctness(glimpses, first).tolist() == pytest.approx([(0.625 + 0.5) / 2])
    assert whole_correctness(glimpses, last).tolist() == pytest.approx([(0.125 + 0.25) / 2])
    product = torch.tensor([0.5 * 0.25, 0, 0, 0.125 * 0.25, 0, 0.125 * 0.25])
    assert whole_correctness(hops, first).tolist() == pytest.approx([float((product[0] + product[3]) / product.sum())])
    assert whole_correctness(hops, last).tolist() == pytest.approx([float(product[5] / product.sum())])


def test_boxes_count_by_the_share_of_each_that_is_on_the_object() -> None:
    boxes = torch.tensor([[[0, 0, 2 / 3, 1], [2 / 3, 0.5, 1, 1]]])
    weights = torch.tensor([[[0.75, 0.25], [0.5, 0.5]]])
    mask = torch.tensor(LABELS == 1)[None]
    assert whole_correctness(Maps(("a", "b"), weights, axis="glimpse"), mask, boxes).tolist() == pytest.approx(
        [(0.375 + 0.25) / 2]
    )
    assert whole_correctness(Maps(("a", "b"), weights, axis="layer"), mask, boxes).tolist() == pytest.approx([0.375])


def test_questions_about_one_object_are_measured() -> None:
    looking = Looking({"train": split_of(100), "val": split_of()})
    weights = GRID.expand(3, 2, 2, 3)
    found = looking.measured(batch_of(33, 12, 21), Maps(("a", "b"), weights, axis="glimpse"))
    assert found == {
        "12": {CORRECTNESS: 0.1875, EVEN: pytest.approx(1 / 6, abs=1e-6), EACH: [0.125, 0.25]},
        "21": {CORRECTNESS: 0.5625, EVEN: pytest.approx(1 / 3, abs=1e-6), EACH: [0.625, 0.5]},
    }
    measures = looking_measures(found | {"33": {"answer": "x"}})
    assert measures == {
        CORRECTNESS: pytest.approx(37.5), EVEN: pytest.approx(25, abs=1e-4),
        MOST: pytest.approx(37.5), LEAST: pytest.approx(37.5),
    }  # fmt: skip
    only = looking_measures({"21": found["21"]})
    assert (only[MOST], only[LEAST]) == (pytest.approx(62.5), pytest.approx(50))
    hops = looking.measured(batch_of(21), Maps(("a", "b"), GRID, axis="hop"))
    assert EACH not in hops["21"]
    assert hops["21"][LAST] == 0.5, "of the second map alone"
    assert looking_measures(hops)[LAST] == pytest.approx(50)
    assert LAST not in looking.measured(batch_of(21), Maps(("a",), GRID[:, :1], axis="hop"))["21"]
    assert LAST not in measures
    assert looking_measures({"33": {"answer": "x"}}) == {}


def test_glimpses_of_every_question_are_compared() -> None:
    looking = Looking({})
    maps = Maps(("a", "b"), GRID.expand(2, 2, 2, 3), axis="glimpse")
    expected = float(np.corrcoef(GRID[0].flatten(1).numpy())[0, 1])
    found = looking.likeness(batch_of(33, 12), maps)
    assert found == {key: {"likeness": pytest.approx(expected, abs=1e-6)} for key in ("33", "12")}
    assert looking_measures(found) == {"likeness": pytest.approx(100 * expected, abs=1e-4)}
    assert looking_measures(found | {"21": {"answer": "x"}}) == {}
    assert looking.likeness(batch_of(33), None) == looking.likeness(batch_of(33), maps._replace(axis="hop")) == {}


def test_an_even_map_has_what_even_says_over_real_boxes() -> None:
    boxes = torch.tensor([[[0, 0, 2 / 3, 1], [0, 0, 1 / 3, 1], [0, 0, 1, 1.0]]])
    mask = torch.tensor([[True, True, False]])
    found = Looking({"val": split_of()}).measured(
        batch_of(21, boxes=boxes, mask=mask), Maps(("a",), torch.tensor([[[0.5, 0.5, 0]]]), axis="glimpse")
    )
    assert found["21"] == {CORRECTNESS: 0.75, EVEN: 0.75}


@pytest.mark.parametrize(
    ("splits", "maps"),
    [
        ({"val": split_of()}, None),
        ({"val": split_of()}, Maps(("a",), torch.ones(1, 1, 6))),  # regions that nobody can place
        ({"val": split_of(grounding=None)}, Maps(("a",), torch.ones(1, 1, 2, 3))),
        ({"val": split_of(annotations=None)}, Maps(("a",), torch.ones(1, 1, 2, 3))),
        ({"val": split_of(100)}, Maps(("a",), torch.ones(1, 1, 2, 3))),
        ({}, Maps(("a",), torch.ones(1, 1, 2, 3))),
    ],
)
def test_what_cannot_be_measured_is_left_out(splits: dict[str, VQASplit], maps: Maps | None) -> None:
    assert Looking(splits).measured(batch_of(21), maps) == {}


def test_questions_about_several_objects_alone() -> None:
    assert Looking({"val": split_of()}).measured(batch_of(33), Maps(("a",), torch.ones(1, 1, 2, 3))) == {}


MODEL = {"region_dim": 11, "cnn_channels": [5, 7], "embedding_dim": 3, "question_dim": 13, "hidden_dim": 17}


@pytest.mark.parametrize("size", [1, 100])
def test_a_task_measures_it_with_its_answers(golden: VQASplit, renumbered: Any, size: int) -> None:
    """Against the maps of one batch, cell by cell."""
    labels = np.zeros((12, 20), np.uint8)
    labels[3:9, 5:15] = 1
    known = SimpleNamespace(objects_of=lambda key: (0,), masks=lambda image: labels)
    splits = {"train": golden, "val": VQASplit(**{**vars(renumbered(1000)), "grounding": known})}
    model = {**MODEL, "attention": {"name": "multi_hop", "hops": 2}}
    task = VQATask({"features": None, "model": model}, open_split=splits.__getitem__)
    torch.manual_seed(3)
    objective = task.objective().eval()
    batches = task.batches("val", size=size)
    records: dict[str, Any] = {}
    maps: dict[int, np.ndarray] = {}
    with torch.no_grad():
        for numbers in batches.sampler:
            batch = batches.collate(batches.dataset.__getitems__(numbers))
            records |= task.predict(objective, batch)
            weights = next(iter(objective.answer(batch).maps.values())).prod(1)
            maps |= dict(zip(batch.question_ids.tolist(), weights.numpy(), strict=True))
    expected = []
    for key, one in maps.items():
        rows = np.repeat(np.repeat(one, 12, axis=0), 20, axis=1)  # whole pixels in every cell
        large = np.repeat(np.repeat(labels, one.shape[0], axis=0), one.shape[1], axis=1)
        expected.append((rows * large).sum() / rows.sum())
        assert records[str(key)][CORRECTNESS] == pytest.approx(expected[-1], abs=2e-6)
    measures = task.measures(records, "val")
    assert measures[CORRECTNESS] == pytest.approx(100 * np.mean(expected), abs=1e-4)
    assert measures[EVEN] == pytest.approx(25, abs=1e-4)
    assert task.measure_names("val")[-7:] == [CORRECTNESS, EVEN, MOST, LEAST, LAST, "likeness", "kept"]
