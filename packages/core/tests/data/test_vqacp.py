from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scanpath.data.catalogue import describe, make_dataset, open_split
from scanpath.data.vqa_writing import write_cp_lists
from scanpath.data.vqacp import check_disjoint, read_cp_split
from scanpath.errors import ConfigError, DataError

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


def test_v1_and_derived_lists_are_data_sets_of_their_own(official: Path) -> None:
    (official / "vqa-cp-v2").rename(official / "vqa-cp-v2-rebuilt")
    derived = open_split("vqa-cp-v2-rebuilt", "train", official)
    assert derived.remarks[0].startswith("vqa-cp-v2-rebuilt/train was derived here")
    with pytest.raises(DataError, match="or derive a split of the same kind, vqa-cp-v2-rebuilt, by scanpath data reb"):
        open_split("vqa-cp-v2", "train", official)
    (official / "vqa-cp-v1").mkdir()
    for path in (official / "vqa-cp-v2-rebuilt").iterdir():
        path.rename(official / "vqa-cp-v1" / path.name.replace("v2", "v1"))
    assert open_split("vqa-cp-v1", "test", official).question_ids.tolist() == [42000]
    with pytest.raises(DataError, match="run scanpath data rebuild-vqacp vqa2"):
        open_split("vqa-cp-v2-rebuilt", "train", official)


@pytest.fixture
def official(tmp_path: Path) -> Path:
    """Lay the four official files, with one question in train and one in test."""
    folder = tmp_path / "vqa-cp-v2"
    folder.mkdir()
    put(folder, QUESTIONS[:1], ANNOTATIONS[1:])
    put(folder, QUESTIONS[1:], ANNOTATIONS[:1], split="test")
    return tmp_path


def test_the_official_files_are_a_data_set_by_name(official: Path) -> None:
    assert open_split("vqa-cp-v2", "train", official).questions == ["Is it red?"]
    test = open_split("vqa-cp-v2", "test", official)
    assert (test.name, test.question_ids.tolist(), test.images) == ("vqa-cp-v2/test", [42000], None)
    assert test.remarks[0].startswith("vqa-cp-v2/test has 1 questions, the official one has 219,928")
    told = describe("vqa-cp-v2", official)
    assert (told.missing, told.counts) == ("", {"train": (1, 1), "test": (1, 1)})
    assert make_dataset("vqa-cp-v2", official) == official / "vqa-cp-v2"
    other = official / "other" / "vqa-cp-v2"
    other.mkdir(parents=True)
    put(other, QUESTIONS[:1], ANNOTATIONS[1:])
    put(other, [{**QUESTIONS[1], "question": "How few?"}], ANNOTATIONS[:1], split="test")
    assert len(told.checksum) == 64
    assert describe("vqa-cp-v2", other.parent).checksum != told.checksum


def test_its_pictures_are_those_of_coco(official: Path) -> None:
    for name in ("train2014", "val2014"):
        (official / "coco" / name).mkdir(parents=True)
    for picture in ("train2014/COCO_train2014_000000000009.jpg", "val2014/COCO_val2014_000000000042.jpg"):
        Image.fromarray(np.zeros((3, 5, 3), dtype=np.uint8)).save(official / "coco" / picture)
    found = open_split("vqa-cp-v2", "test", official)
    assert found.images is not None
    assert found.images.read(found.image_names[42]).shape == (3, 5, 3)


def test_what_there_is_not_is_said(official: Path) -> None:
    with pytest.raises(DataError, match="no split 'val', by design"):
        open_split("vqa-cp-v2", "val", official)
    with pytest.raises(ConfigError, match="takes no options, images was given"):
        make_dataset("vqa-cp-v2", official, images=3)
    (official / "vqa-cp-v2" / "vqacp_v2_test_questions.json").unlink()
    assert "vqacp_v2_test_questions.json is missing" in describe("vqa-cp-v2", official).missing
