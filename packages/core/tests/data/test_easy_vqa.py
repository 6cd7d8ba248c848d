from __future__ import annotations

import sys

import numpy as np
import pytest

from scanpath.data.easy_vqa import question_type, read_easy_vqa
from scanpath.errors import MissingExtraError

pytest.importorskip("easy_vqa")


def test_the_splits_hold_everything_once() -> None:
    train, val, test = (read_easy_vqa(split) for split in ("train", "val", "test"))
    assert len(train) + len(val) == 38_575
    assert (len(test), len(test.image_names)) == (9_673, 1_000)
    assert len(train.image_names) + len(val.image_names) == 4_000
    assert 300 < len(val.image_names) < 500
    ids = np.concatenate([split.question_ids for split in (train, val, test)])
    assert len(np.unique(ids)) == len(ids)
    images = [set(split.image_names) for split in (train, val, test)]
    assert not (images[0] & images[1])
    assert not (images[0] & images[2])
    assert not (images[1] & images[2])


def test_questions_have_pictures_types_and_ten_equal_answers() -> None:
    test = read_easy_vqa("test")
    assert test.images is not None
    assert test.annotations is not None
    assert test.images.read(test.image_names[int(test.image_ids[0])]).shape == (64, 64, 3)
    assert test.questions[0] == "what is the red shape?"
    assert test.annotations.modal[0] == "triangle"
    assert test.annotations.answers[0] == ("triangle",) * 10
    assert set(test.annotations.question_types) == {"attribute: color", "attribute: shape", "existence"}
    for kind, answer in zip(test.annotations.answer_types, test.annotations.modal, strict=True):
        assert (kind == "yes/no") == (answer in {"yes", "no"})
    assert question_type("what is the color of the shape?") == "attribute: color"


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "easy_vqa", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'scanpath\[easy-vqa\]'"):
        read_easy_vqa("train")
