from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanpath.data.vqa_writing import write_cp_lists
from scanpath.data.vqacp import check_disjoint, read_cp_split
from scanpath.errors import DataError

#: Bare lists, typed by hand.
QUESTIONS: list[dict[str, Any]] = [
    {"question_id": 9001, "image_id": 9, "question": "Is it red?", "coco_split": "train2014"},
    {"question_id": 42000, "image_id": 42, "question": "How many?", "coco_split": "val2014"},
]
ANNOTATIONS: list[dict[str, Any]] = [
    {
        "question_id": number,
        "image_id": image,
        "question_type": "how many",
        "answer_type": "number",
        "multiple_choice_answer": "3",
        "coco_split": origin,
        "answers": [{"answer": "3", "answer_confidence": "yes", "answer_id": place} for place in range(1, 11)],
    }
    for number, image, origin in ((42000, 42, "val2014"), (9001, 9, "train2014"))
]


def put(
    folder: Path, questions: Any = QUESTIONS, annotations: Any = ANNOTATIONS, *, split: str = "train"
) -> tuple[Path, Path]:
    paths = folder / f"vqacp_v2_{split}_questions.json", folder / f"vqacp_v2_{split}_annotations.json"
    for path, value in zip(paths, (questions, annotations), strict=True):
        path.write_text(json.dumps(value))
    return paths


def test_pictures_are_named_by_the_set_they_come_from(tmp_path: Path) -> None:
    split = read_cp_split(*put(tmp_path))
    assert split.name == "vqacp_v2_train_questions"
    assert split.question_ids.tolist() == [9001, 42000]
    assert split.image_names == {9: "COCO_train2014_000000000009.jpg", 42: "COCO_val2014_000000000042.jpg"}
    assert split.annotations is not None
    assert split.annotations.answers == [("3",) * 10] * 2


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    split = read_cp_split(*put(tmp_path))
    paths = tmp_path / "q.json", tmp_path / "a.json"
    write_cp_lists(*paths, split, {9: "train2014", 42: "val2014"})
    found = read_cp_split(*paths)
    assert (found.questions, found.annotations, found.image_names) == (
        split.questions, split.annotations, split.image_names,
    )  # fmt: skip
    assert json.loads(paths[0].read_text()) == QUESTIONS


def test_bad_lists_are_named(tmp_path: Path) -> None:
    without = [{key: value for key, value in QUESTIONS[0].items() if key != "coco_split"}, QUESTIONS[1]]
    with pytest.raises(DataError, match=r"question number 0 \(question 9001\) has no 'coco_split'"):
        read_cp_split(*put(tmp_path, without))
    moved = [QUESTIONS[0], QUESTIONS[1] | {"image_id": 9}]
    with pytest.raises(DataError, match="gives picture 9 two values of coco_split"):
        read_cp_split(*put(tmp_path, moved))
    with pytest.raises(DataError, match="holds VQA questions, expected VQA-CP questions"):
        read_cp_split(*put(tmp_path, {"questions": QUESTIONS, "task_type": "Open-Ended"}))
    with pytest.raises(DataError, match="holds VQA annotations, expected VQA-CP annotations"):
        read_cp_split(*put(tmp_path, annotations={"annotations": ANNOTATIONS}))
    with pytest.raises(DataError, match="lacks the annotations of 1 questions"):
        read_cp_split(*put(tmp_path, annotations=ANNOTATIONS[:1]))


def test_a_question_in_both_splits_is_a_leak(tmp_path: Path) -> None:
    train = read_cp_split(*put(tmp_path), name="train")
    check_disjoint(train.take([0]), train.take([1]))
    with pytest.raises(DataError, match=r"1 questions stand in both train and test \(42000\)"):
        check_disjoint(train, train.take([1], "test"))
