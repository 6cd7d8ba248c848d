from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scanpath.data.catalogue import describe, make_dataset, open_split
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
