from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from scanpath.data.catalogue import open_split
from scanpath.testing.files.vqa2 import IMAGES, write_vqa2


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_vqa2(tmp_path)
    return tmp_path


def test_they_are_read_as_vqa_v2(root: Path) -> None:
    train, val = (open_split("vqa2", name, root) for name in ("train", "val"))
    assert train.question_ids.tolist() == [9000, 9001, 25003]
    assert val.questions == ["How many dogs?", "Is it hot?"]
    assert (train.annotations.modal, val.annotations.modal) == (["yes", "2", "no"], ["2", "no"])
    assert {*train.image_ids.tolist(), *val.image_ids.tolist()} == {*IMAGES}


def test_an_annotation_has_the_official_keys(root: Path) -> None:
    read = json.loads((root / "vqa2" / "v2_mscoco_val2014_annotations.json").read_text())
    first = read["annotations"][0]
    assert first["question_id"] == 42001
    assert sorted(first) == [
        "answer_type", "answers", "image_id", "multiple_choice_answer", "question_id", "question_type",
    ]  # fmt: skip
    assert first["answers"] == [{"answer": "no", "answer_confidence": "yes", "answer_id": n} for n in range(1, 11)]


def test_the_pictures_are_grey_ones_under_their_names(root: Path) -> None:
    split = open_split("vqa2", "train", root)
    for image, name in split.image_names.items():
        with Image.open(root / "coco" / "train2014" / name) as picture:
            assert picture.size == (64, 48)
            assert picture.getpixel((31, 17)) == (5 * image,) * 3
