"""Batches of known numbers, and the table of answers against a loop."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.data.answers import AnswerVocabulary
from scanpath.data.split import VQAAnnotations
from scanpath.features.store import Regions
from scanpath.tasks.vqa.batch import NO_ANSWER, UNKNOWN
from scanpath.tasks.vqa.dataset import VQAColumns, VQADataset, answer_numbers, only

WORDS = ["red", "blue", "two", "the red", "grey", "2"]


class CountedRows:
    """Pictures whose features tell their row, and a count of what was read."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []
        self.boxes: np.ndarray | None = None

    def rows(self, image_ids: np.ndarray) -> np.ndarray:
        return image_ids

    def gather(self, rows: np.ndarray) -> Regions:
        self.seen.append(rows.tolist())
        features = np.broadcast_to(rows[:, None, None, None], (len(rows), 3, 5, 7)).astype(np.float16)
        boxes = None if self.boxes is None else torch.from_numpy(self.boxes[rows])
        return Regions(torch.from_numpy(features), boxes)


def dataset(images: object) -> VQADataset:
    columns = VQAColumns(
        question_ids=torch.arange(100, 111),
        image_rows=np.array([4, 2, 2, 9, 4, 4, 0, 1, 2, 9, 4]),
        tokens=torch.arange(11 * 3, dtype=torch.int32).reshape(11, 3),
        answers=torch.arange(11 * 2, dtype=torch.int32).reshape(11, 2),
    )
    return VQADataset(images, columns)


def test_a_batch_reads_each_picture_once_and_points_at_it() -> None:
    rows = CountedRows()
    items = dataset(rows).__getitems__([0, 9, 2, 10, 1])
    batch = only(items)
    assert rows.seen == [[2, 4, 9]]
    assert batch.image_index.tolist() == [1, 2, 0, 1, 0]
    assert batch.images.dtype == torch.float16
    assert batch.images.shape == (3, 3, 5, 7)
    assert batch.images[batch.image_index][:, 0, 0, 0].tolist() == [4, 9, 2, 4, 2]
    assert batch.tokens.tolist()[1] == [27, 28, 29]
    assert batch.tokens.dtype == batch.answers.dtype == torch.int64
    assert batch.answers.tolist()[2] == [4, 5]
    assert batch.question_ids.tolist() == [100, 109, 102, 110, 101]
    assert batch.boxes is None
    assert batch.region_mask is None


def test_one_question_is_a_batch_of_one() -> None:
    batch = dataset(CountedRows())[3]
    assert batch.question_ids.tolist() == [103]
    assert batch.image_index.tolist() == [0]


def test_boxes_follow_their_pictures() -> None:
    rows = CountedRows()
    rows.boxes = np.arange(10 * 2 * 4, dtype=np.float32).reshape(10, 2, 4)
    batch = only(dataset(rows).__getitems__([9, 0]))
    torch.testing.assert_close(batch.boxes, torch.from_numpy(rows.boxes[[4, 9]]))


def test_taking_rows_keeps_columns_aligned() -> None:
    columns = dataset(CountedRows()).columns.take(np.array([3, 0]))
    assert columns.question_ids.tolist() == [103, 100]
    assert columns.image_rows.tolist() == [9, 4]
    assert columns.tokens.tolist() == [[9, 10, 11], [0, 1, 2]]
    assert columns.answers.tolist() == [[6, 7], [0, 1]]


def test_a_dataset_travels_to_another_process() -> None:
    copied = pickle.loads(pickle.dumps(dataset(CountedRows())))
    assert only(copied.__getitems__([5])).question_ids.tolist() == [105]


def test_a_batch_moves_with_accelerate() -> None:
    operations = pytest.importorskip("accelerate.utils")
    batch = dataset(CountedRows())[2]
    moved = operations.send_to_device(batch, torch.device("meta"))
    assert type(moved) is type(batch)
    assert moved.tokens.device.type == "meta"
    assert moved.boxes is None
    assert batch.to("meta").images.device.type == "meta"


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=7))
def test_answer_numbers_are_those_of_a_loop(given_answers: list[list[str]]) -> None:
    count = len(given_answers)
    annotations = VQAAnnotations(["t"] * count, ["other"] * count, ["x"] * count, [tuple(row) for row in given_answers])
    vocabulary = AnswerVocabulary(("blue", "2", "red"))
    table = answer_numbers(vocabulary, annotations)
    assert table.shape == (count, max([1, *map(len, given_answers)]))
    for row, texts in zip(table.tolist(), given_answers, strict=True):
        numbers = [UNKNOWN if (number := vocabulary.index(text)) is None else number for text in texts]
        known = [number for number in row if number >= 0]
        assert sorted(known) == sorted(number for number in numbers if number >= 0)
        assert row.count(UNKNOWN) == numbers.count(UNKNOWN)
        assert row.count(NO_ANSWER) == table.shape[1] - len(texts)
        assert row == known + [UNKNOWN] * row.count(UNKNOWN) + [NO_ANSWER] * row.count(NO_ANSWER)
