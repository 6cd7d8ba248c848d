"""Pictures to learn, to choose by and to measure on exclude each other, whatever splits the data set has."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.images import encode_png
from scanpath.data.labelled import LabelledSplit, Labels
from scanpath.errors import ConfigError, DataError, UnknownNameError
from scanpath.tasks.classification import ClassificationTask
from scanpath.tasks.classification.settings import ClassificationSettings
from scanpath.tasks.classification.splits import open_pictures, told


def opened(world: Path, split: str, **settings: object) -> LabelledSplit:
    return open_pictures(ClassificationSettings(root=str(world), **settings), split)


def test_a_tenth_of_train_is_held_out_where_there_is_no_val(world: Path) -> None:
    train, val, test = (opened(world, name) for name in ("train", "val", "test"))
    assert (len(train), len(val), len(test)) == (50, 10, 20)  # one of six of each digit is the nearest to a tenth
    assert not set(train.keys) & set(val.keys)
    assert {len(split.labels["digit"].classes) for split in (train, val, test)} == {10}


def test_all_of_train_may_be_learnt_and_test_is_left(world: Path) -> None:
    assert len(opened(world, "train", hold_out=False)) == 60
    assert len(opened(world, "test", hold_out=False)) == 20
    with pytest.raises(DataError, match=r"mnist has no val of its own.*training.evaluation_split=test"):
        opened(world, "val", hold_out=False)


@pytest.mark.parametrize("hold_out", [True, False])
def test_a_val_of_ones_own_stays(world: Path, hold_out: bool) -> None:
    assert [len(opened(world, name, data="celeba", hold_out=hold_out)) for name in ("train", "val")] == [8, 8]


def test_a_val_is_made_of_what_is_to_be_told(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanpath.data.celeba.STARGAN_TEST", 3)
    stargan = {"data": "celeba-stargan", "labels": "Smiling"}
    train, val = (opened(world, name, **stargan) for name in ("train", "val"))
    assert len(train) + len(val) == 20
    assert not set(train.keys) & set(val.keys)
    assert set(val.labels["Smiling"].numbers.tolist()) == {0, 1}


def test_an_unknown_split_is_refused(world: Path) -> None:
    with pytest.raises(UnknownNameError, match="no split 'tset' of mnist; did you mean 'test'"):
        opened(world, "tset")


def test_what_is_told_is_chosen(world: Path) -> None:
    faces, digits = opened(world, "train", data="celeba"), opened(world, "train")
    assert told(digits, None) == "digit"
    assert told(faces, "Smiling") == "Smiling"
    with pytest.raises(ConfigError, match=r"has 2 attributes of each picture.*task.labels=Young"):
        told(faces, None)
    with pytest.raises(UnknownNameError, match="no labels 'Smilng'; did you mean 'Smiling'"):
        told(faces, "Smilng")
    groups = {"coarse": Labels(("a", "b", "c"), digits.labels["digit"].numbers % 3), **digits.labels}
    assert told(dataclasses.replace(digits, labels=groups), None) == "coarse"
    with pytest.raises(DataError, match="have no classes: lay those of each class into a folder"):
        told(dataclasses.replace(digits, labels={}), None)
    alone = {"digit": Labels(("0",), np.zeros(len(digits), np.int64))}
    with pytest.raises(DataError, match="are of the class '0': add pictures of another"):
        told(dataclasses.replace(digits, labels=alone), None)


#: Typed by hand: the first three have one colour each, then two, none, and one.
HAIR = """\
6
Black_Hair Blond_Hair Brown_Hair Smiling
1.png  1 -1 -1  1
2.png -1 -1  1  1
3.png -1  1 -1 -1
4.png  1  1 -1  1
5.png -1 -1 -1 -1
6.png -1 -1  1 -1
"""


def test_hair_is_one_label_of_three(tmp_path: Path) -> None:
    folder = tmp_path / "celeba"
    folder.mkdir()
    (folder / "list_attr_celeba.txt").write_text(HAIR)
    parts = zip(range(1, 7), (0, 0, 2, 0, 0, 1), strict=True)
    (folder / "list_eval_partition.txt").write_text("".join(f"{number}.png {part}\n" for number, part in parts))
    (folder / "img_align_celeba").mkdir()
    for number in range(1, 7):
        data = encode_png(np.full((4, 3, 3), number, np.uint8), "a test")
        (folder / "img_align_celeba" / f"{number}.png").write_bytes(data)
    hair = ("Black_Hair", "Blond_Hair", "Brown_Hair")
    found = [opened(tmp_path, split, data="celeba", labels=hair) for split in ("train", "val", "test")]
    assert [list(split.keys) for split in found] == [["1.png", "2.png"], ["6.png"], ["3.png"]]
    name = told(found[0], hair)
    assert [split.labels[name].numbers.tolist() for split in found] == [[0, 2], [2], [1]]
    assert found[0].labels[name].classes == hair
    assert "2 of the 4 pictures of celeba/train have none or several of" in found[0].remarks[-1]
    settings = ClassificationSettings(root=str(tmp_path), data="celeba", labels=hair, standardise=False)
    assert ClassificationSettings.parse(settings.plain()) == settings
    section = ClassificationTask(settings).section
    assert (section.labels, section.classes) == ("Black_Hair, Blond_Hair, Brown_Hair", hair)
