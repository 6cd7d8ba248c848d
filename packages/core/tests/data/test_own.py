from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scanpath.data.catalogue import dataset_checksum, describe, make_dataset, open_split
from scanpath.data.images import encode_png
from scanpath.data.own import is_own
from scanpath.errors import ConfigError, DataError, UnknownNameError


def picture(path: Path, value: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_png(np.full((6, 4, 3), value, np.uint8), "a test"))


def lay(folder: Path, *entries: dict[str, Any], images: str = "") -> str:
    """Write questions and a picture for each name that they ask about."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(sorted({str(entry["image"]) for entry in entries})):
        picture(folder / images / name, number)
    lines = ",\n".join(json.dumps({"question": "Why?"} | entry) for entry in entries)
    (folder / "own.json").write_text(f'{{"images": "{images}", "questions": [\n{lines}]}}')
    return str(folder / "own.json")


def told(folder: Path) -> str:
    return lay(
        folder,
        {"image": "b/1.png", "question": "How many?", "answers": ["2", "two", "2"], "split": "train", "id": 40},
        {"image": "a/1.png", "question": "Is it?", "answer": "no", "split": "train", "id": 30, "type": "judgement"},
        {"image": "b/1.png", "question": "Which?", "answer": "the left", "split": "val", "id": 20},
        {"image": "c.png", "question": "What?", "split": "test", "id": 10},
    )


def test_a_file_is_a_data_set_by_its_path(tmp_path: Path) -> None:
    name = told(tmp_path)
    train, val, test = (open_split(name, split) for split in ("train", "val", "test"))
    assert (train.name, len(train)) == ("own/train", 2)
    assert train.question_ids.tolist() == [40, 30]
    assert train.questions == ["How many?", "Is it?"]
    assert train.image_names == {1: "b/1.png", 0: "a/1.png"}
    assert (val.image_ids.tolist(), test.image_ids.tolist()) == ([1], [2])
    assert train.images is not None
    assert [train.images.read(train.image_names[image])[0, 0, 0] for image in train.image_ids.tolist()] == [1, 0]
    assert test.annotations is None
    assert train.annotations is not None
    assert train.annotations.answers == [("2", "two", "2", "2", "two", "2", "2", "two", "2", "2"), ("no",) * 10]
    assert train.annotations.modal == ["2", "no"]
    assert train.annotations.answer_types == ["number", "yes/no"]
    assert train.annotations.question_types == ["number", "judgement"]
    assert train.remarks == ("own.json asks about 1 pictures in several splits (b/1.png).",)
    known = describe(name)
    assert known.counts == {"train": (2, 2), "val": (1, 1), "test": (1, 1)}
    assert (make_dataset(name), is_own("scenes"), is_own("a/B.JSONL")) == (tmp_path, False, True)
    with pytest.raises(ConfigError, match=r"own.json takes no options, seed was given: you made it"):
        make_dataset(name, seed=3)
    with pytest.raises(UnknownNameError, match="there is no split 'dev' of"):
        open_split(name, "dev")


def test_splits_are_dealt_by_picture_where_the_file_tells_none(tmp_path: Path) -> None:
    entries = [{"image": f"{number}.png", "question": text} for number in range(20) for text in ("Why?", "Who?")]
    name = lay(tmp_path, *entries)
    splits = {split: open_split(name, split) for split in ("train", "val", "test")}
    assert [len(split) for split in splits.values()] == [32, 4, 4]
    images = [set(split.image_ids.tolist()) for split in splits.values()]
    assert sum(map(len, images)) == len(set.union(*images)) == 20
    ids = np.concatenate([split.question_ids for split in splits.values()])
    assert sorted(ids.tolist()) == list(range(40))
    assert splits["val"].remarks == (
        "own.json names no splits; its 20 pictures were dealt out by name: 16 train, 2 val, 2 test.",
    )
    again = lay(tmp_path / "elsewhere", *reversed(entries))
    assert set(open_split(again, "val").image_names.values()) == set(splits["val"].image_names.values())


def test_the_checksum_is_that_of_texts_and_pixels(tmp_path: Path) -> None:
    name = told(tmp_path / "here")
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    assert dataset_checksum(name) == dataset_checksum(str(tmp_path / "there" / "own.json"))
    picture(tmp_path / "there" / "c.png", 77)
    os.utime(tmp_path / "there" / "own.json", ns=(1, 1))  # what was read is remembered until the file is written anew
    assert dataset_checksum(name) != dataset_checksum(str(tmp_path / "there" / "own.json"))


def test_pictures_may_lie_in_a_folder_or_an_archive_beside(tmp_path: Path) -> None:
    name = lay(tmp_path, {"image": "1.png"}, {"image": "2.png"}, {"image": "3.png"}, images="photos")
    assert open_split(name, "train").images.read("1.png").shape == (6, 4, 3)
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for number in (1, 2, 3):
            archive.write(tmp_path / "photos" / f"{number}.png")
    text = Path(name).read_text().replace('"photos"', '"photos.zip"')
    (tmp_path / "other.json").write_text(text)
    assert open_split(str(tmp_path / "other.json"), "train").images.read("1.png").shape == (6, 4, 3)
    (tmp_path / "other.json").write_text(text.replace("3.png", "4.png"))
    with pytest.raises(DataError, match=r"other.json, line 4: .*photos.zip lacks the picture 4.png"):
        open_split(str(tmp_path / "other.json"), "train")


A, B, C = ({"image": f"{name}.png"} for name in "abc")


@pytest.mark.parametrize(
    ("entries", "split", "words"),
    [
        ([A, B, A], "train", r"line 4 asks the same of a.png as line 2: write all its answers on one line"),
        ([A | {"id": 1}, B | {"id": 2}, C | {"id": 1}], "train", "the id 1 stands on the lines 2, 4"),
        ([A | {"id": 1}, B], "train", "line 3 has no id and others have"),
        ([A | {"split": "train"}, B], "train", "line 3 has no split and others have"),
        (
            [A | {"split": "train"}, B | {"split": "test"}],
            "val",
            "has no question of the split 'val' .it has train 1, test 1",
        ),
        (
            [A | {"split": "train", "answer": "x"}, B | {"split": "train"}],
            "train",
            "line 3 has no answer and others of its",
        ),
    ],
)
def test_what_does_not_fit_together_is_one_sentence(tmp_path: Path, entries: Any, split: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        open_split(lay(tmp_path, *entries), split)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"b.png": None}, r"line 3: .* lacks the picture b.png"),
        ({"b.png": None, "c.png": None}, r"line 3: .* lacks 2 pictures \(b.png, c.png\)"),
        ({"b.png": b""}, r"line 3: .*b.png is empty: mend or leave out"),
        (
            {"b.png": b"text", "c.png": b""},
            r"b.png is no picture of a known format; 2 pictures \(b.png, c.png\) are broken",
        ),
    ],
)
def test_pictures_that_are_not_there_or_broken_are_named(tmp_path: Path, change: Any, words: str) -> None:
    name = lay(tmp_path, A, B, C)
    for file, data in change.items():
        if data is None:
            (tmp_path / file).unlink()
        else:
            (tmp_path / file).write_bytes(data)
    with pytest.raises(DataError, match=words):
        open_split(name, "train")


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("../a.png", "line 3: the picture '../a.png' is not inside"),
        ("/etc/passwd", "line 3: the picture '/etc/passwd' is not inside"),
        ("x" * 300 + ".png", "line 3: .* lacks the picture xxx"),
    ],
)
def test_no_picture_is_outside_of_the_folder(tmp_path: Path, image: str, words: str) -> None:
    name = lay(tmp_path, A, B)
    Path(name).write_text(Path(name).read_text().replace("b.png", image))
    with pytest.raises(DataError, match=words):
        open_split(name, "train")


def test_a_missing_folder_or_file_is_told(tmp_path: Path) -> None:
    name = lay(tmp_path, A)
    Path(name).write_text(Path(name).read_text().replace('"images": ""', '"images": "photos"'))
    with pytest.raises(DataError, match=r"looks for its pictures in .*photos, which is no folder: mend 'images'"):
        open_split(name, "train")
    assert "does not exist: check the path" in describe(str(tmp_path / "absent.csv")).missing
