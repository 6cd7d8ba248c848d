from __future__ import annotations

import collections
import shutil
from pathlib import Path

import numpy as np
import pytest

from scanpath.errors import ConfigError, DataError
from scanpath.files import read_json, write_json
from scanpath_attention_rnn.data.digits import COLORS, INTERVALS
from scanpath_attention_rnn.data.digits.dataset import MBG, MDIST, MREF, MBGBig, MBGInverse, MREFInverse
from scanpath_attention_rnn.data.digits.generation import DigitsFiles
from scanpath_attention_rnn.data.digits.options import VARIANTS

TINY = {"train": 13, "val": 7, "test": 5}


def test_splits_are_read_back_with_ids_of_their_own(mref: MREF) -> None:
    splits = [mref.open(split) for split in ("train", "val", "test")]
    assert [split.name for split in splits] == ["mref/train", "mref/val", "mref/test"]
    assert [(len(split.image_names), len(split)) for split in splits] == list(mref.counts().values())
    assert [len(split) for split in splits] == [401, 53, 61]
    for ids in ([split.question_ids for split in splits], [np.unique(split.image_ids) for split in splits]):
        together = np.concatenate(ids)
        assert len(np.unique(together)) == len(together)
    for split in splits:
        assert split.annotations is not None
        assert set(split.annotations.question_types) <= set(INTERVALS)
        assert set(split.annotations.modal) == set(COLORS)
        assert set(split.questions) == set("0123456789")
        assert split.images is not None
        assert split.images.read(split.image_names[int(split.image_ids[-1])]).shape == (100, 100, 3)


def test_it_says_of_what_little_it_was_made(mref: MREF, inverse: MBGInverse) -> None:
    (sentence,) = mref.made_of
    assert sentence.startswith("Its digits are 3,000 of MNIST's: for all 70,000 run scanpath data fetch mnist first")
    assert mref.open("val").remarks == mref.made_of
    assert len(inverse.made_of) == 1, "of its photographs nothing: they were chosen"


def test_scikit_image_s_photographs_are_told(mref: MREF, tmp_path: Path) -> None:
    shutil.copytree(mref.folder, tmp_path / "mbg")
    manifest = read_json(tmp_path / "mbg" / "manifest.json")
    manifest["options"] |= {"digits": "70,000 of MNIST, sha256 0", "photographs": "8 of scikit-image, sha256 0"}
    write_json(tmp_path / "mbg" / "manifest.json", manifest)
    (sentence,) = MBG(tmp_path).made_of
    assert sentence.startswith("Its grounds are crops of 8 photographs, the same ones in every split: photographs=")


def test_the_inverse_is_answered_by_digits(inverse: MBGInverse) -> None:
    split = inverse.open("train")
    assert split.annotations is not None
    assert set(split.questions) == set(COLORS)
    assert set(split.annotations.modal) == set("0123456789")
    assert set(split.annotations.answer_types) == {"number"}
    asked = collections.Counter(zip(split.image_ids.tolist(), split.questions, strict=True))
    assert max(asked.values()) == 1
    assert split.grounding is not None
    for image, color in asked:
        assert [item["color"] for item in split.grounding.attributes(image)].count(color) == 1


@pytest.mark.parametrize("which", ["mref", "inverse"])
def test_the_mask_of_a_question_is_its_digits_pixels(which: str, request: pytest.FixtureRequest) -> None:
    split = request.getfixturevalue(which).open("val")
    for number, image, text in zip(split.question_ids.tolist(), split.image_ids.tolist(), split.questions, strict=True):
        (place,) = split.grounding.objects_of(number)
        asked = split.grounding.attributes(image)[place]
        assert text == asked["color" if which == "inverse" else "shape"]
        mask = split.grounding.target_mask(number)
        np.testing.assert_array_equal(mask, split.grounding.masks(image) == place + 1)
        x, y = asked["pixel_coords"][:2]
        rows, columns = np.nonzero(mask)
        reach = 14 * float(asked["size"].split("-")[1])
        assert abs(columns + 0.5 - x).max() <= reach
        assert abs(rows + 0.5 - y).max() <= reach


def test_chance_is_one_in_five(mref: MREF) -> None:
    """Of 401 questions a share of 20 % strays by 2; five of these are allowed."""
    train = mref.open("train")
    assert train.annotations is not None
    shares = [count / len(train) for count in collections.Counter(train.annotations.modal).values()]
    assert max(abs(share - 0.2) for share in shares) < 0.1


@pytest.mark.parametrize("kind", [MREF, MREFInverse, MDIST, MBG, MBGInverse, MBGBig])
def test_each_is_made_and_opened(kind: type[MREF], tmp_path: Path, photographs: Path) -> None:
    found = kind(tmp_path)
    own = {"photographs": photographs} if "mbg" in found.name else {}
    assert found.make(workers=1, **TINY, **own) == tmp_path / found.name
    assert found.damaged() == []
    assert {split: count for split, (_, count) in found.counts().items()} == TINY
    side = VARIANTS[found.name].side
    split = found.open("test")
    assert split.images is not None
    assert split.images.read(split.images.names[0]).shape == (side, side, 3)
    assert split.grounding is not None
    assert split.grounding.target_mask(int(split.question_ids[0])).shape == (side, side)
    assert len(found.checksum()) == 64


def test_foreign_options_are_named(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match="data set mref has no option 'photographs'; known are train, val, test, seed, mn"
    ):
        MREF(tmp_path).make(photographs="here")
    with pytest.raises(ConfigError, match="data set mbg has no option 'photograph'; did you mean 'photographs'"):
        MBG(tmp_path).make(photograph="here")


def test_damage_is_named(tmp_path: Path) -> None:
    made = MREF(tmp_path)
    made.make(workers=1, **TINY)
    path = DigitsFiles(made.folder, "MREF").questions("val")
    value, first = read_json(path), read_json(path)["questions"][0]["answer"]
    path.write_text(path.read_text().replace(first, "x" * len(first)))
    assert made.damaged() == ["questions/MREF_val_questions.json"]
    with pytest.raises(DataError, match=r"has 1 answers that its data set does not know \('x+'\)"):
        made.open("val")
    write_json(path, {**value, "questions": value["questions"][1:]})
    with pytest.raises(DataError, match=r"questions\.json has \d+ bytes, expected \d+: delete the folder and run"):
        made.open("val")
