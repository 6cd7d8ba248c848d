"""Pictures for pages are chosen class by class, and classed again as the run classed them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from scanpath.data.labelled import LabelledSplit, Labels
from scanpath.experiments.classification_examples import choose_pictures, class_again, picture_example
from scanpath.tasks.classification import PictureBatch
from scanpath.tasks.classification.pictures import Form, PictureDataset
from scanpath.types import Batches, Output


def test_classes_come_in_turn() -> None:
    classes = np.array([2, 0, 0, 1, 2, 0])
    everything = np.ones(6, dtype=np.bool_)
    assert choose_pictures(classes, everything, 5) == [1, 3, 0, 2, 4]
    assert choose_pictures(classes, classes != 1, 3) == [1, 0, 2]
    assert choose_pictures(classes, ~everything, 3) == []


class Greys:
    """Pictures of 3x2 pixels, each of the grey of its class."""

    section = SimpleNamespace(labels="grey", classes=("black", "dark", "light"))

    def dataset(self, _name: str) -> PictureDataset:
        greys = np.repeat(np.arange(3, dtype=np.uint8), 2)
        pictures = np.broadcast_to(100 * greys[:, None, None, None], (6, 1, 2, 3))
        split = LabelledSplit(
            "greys/test", [f"test/{n}" for n in range(6)], pictures, {"grey": Labels(("a",) * 3, greys)}
        )
        return PictureDataset(split, greys.astype(np.int64), Form(None))

    def batches(self, name: str, *, size: int) -> Batches:
        return Batches(self.dataset(name), None, PictureBatch.of)  # type: ignore[arg-type]


class Dimmer(torch.nn.Module):
    """Takes the light ones for dark ones, and looks at the first row."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(()))
        self.model = SimpleNamespace(attention=None)

    def answer(self, batch: PictureBatch) -> Output:
        grey = (batch.pictures[:, 0, 0, 0].long() // 100).clamp(max=1)
        gate = torch.zeros(len(grey), 1, 2, 3)
        gate[:, :, 0] = 1
        return Output(4.0 * torch.nn.functional.one_hot(grey, 3), {"block1": gate, "regions": gate})


@pytest.mark.parametrize(("row", "said", "score"), [(0, "black", 1.0), (3, "dark", 1.0), (5, "dark", 0.0)])
def test_a_picture_is_classed_again_and_drawn_as_it_is(row: int, said: str, score: float) -> None:
    task: Any = Greys()
    (answered,) = class_again(Dimmer(), task, "test", [row], who="run")
    assert (answered.row, answered.prediction, answered.score) == ("run", said, score)
    assert answered.probability == pytest.approx(np.exp(4) / (np.exp(4) + 2), abs=1e-5)
    assert (answered.names, answered.kind) == (("block1",), "gate")
    assert answered.maps is not None
    assert answered.maps.tolist() == [[[1, 1, 1], [0, 0, 0]]]
    example = picture_example(task, "test", row, [answered])
    assert (example.question, example.answers, example.about) == (
        "grey?",
        (("black", "dark", "light")[row // 2],),
        "picture",
    )
    assert example.picture.shape == (2, 3, 3)
    assert set(example.picture.flatten().tolist()) == {100 * (row // 2)}


def test_no_pictures_are_classed_for_nothing() -> None:
    assert class_again(None, Greys(), "test", [], who="run") == []  # type: ignore[arg-type]
