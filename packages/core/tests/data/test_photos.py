from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath.data import photos
from scanpath.data.celeba_writing import encode_jpeg
from scanpath.data.images import encode_png
from scanpath.data.labelled import check_disjoint
from scanpath.data.labelled_catalogue import describe_labelled, open_labelled
from scanpath.data.photos import PhotoFolder
from scanpath.errors import DataError


def lay(folder: Path, *names: str) -> Path:
    """Draw a picture under each name; its first value is its place among them."""
    for number, name in enumerate(names):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.full((9 + number, 11, 3), number, np.uint8)
        encode = encode_jpeg if place.suffix == ".jpg" else encode_png
        place.write_bytes(encode(pixels, "a test"))
    return folder


def test_classes_are_folders_and_pictures_are_dealt_out(tmp_path: Path) -> None:
    names = [f"{kind}/{number}.png" for kind in ("owl", "cat") for number in range(20)]
    folder = lay(tmp_path / "pets", *names)
    splits = {split: open_labelled(str(folder), split) for split in ("train", "val", "test")}
    assert [len(split) for split in splits.values()] == [32, 4, 4]
    assert sorted(key for split in splits.values() for key in split.keys) == sorted(names)
    for split in splits.values():
        assert split.labels["class"].classes == ("cat", "owl")
        assert np.bincount(split.labels["class"].numbers).tolist() == [len(split) // 2] * 2
        for number, key in enumerate(split.keys):
            assert split.labels["class"].classes[split.labels["class"].numbers[number]] == key[:3]
            assert split.picture(number)[0, 0, 0] == names.index(key)
            assert split.picture(number).shape == (3, 9 + names.index(key), 11)
    check_disjoint(splits["train"], splits["test"])
    assert splits["val"].name == "pets/val"
    assert describe_labelled(str(folder)).counts == {"train": (32, 0), "val": (4, 0), "test": (4, 0)}


def test_folders_called_as_splits_are_the_splits(tmp_path: Path) -> None:
    folder = lay(tmp_path, "train/cat/1.png", "train/owl/1.png", "test/owl/2.png")
    train, test = (open_labelled(f"{folder}/", split) for split in ("train", "test"))
    assert list(train.keys) == ["train/cat/1.png", "train/owl/1.png"]
    assert (list(test.keys), test.labels["class"].numbers.tolist()) == (["test/owl/2.png"], [1])
    with pytest.raises(DataError, match=r"has no pictures of the split 'val' .it has 3 in all.: give it a folder"):
        open_labelled(str(folder), "val")


def test_photographs_without_folders_have_no_labels(tmp_path: Path) -> None:
    folder = lay(tmp_path, *[f"{number}.jpg" for number in range(10)])
    assert open_labelled(str(folder), "train").labels == {}
    assert len(open_labelled(str(folder), "test")) == 1


def test_broken_and_empty_pictures_are_listed_and_left_out(tmp_path: Path) -> None:
    folder = lay(tmp_path, *[f"a/{number}.jpg" for number in range(12)], "a/cut.png", "a/cut.jpg", "a/tail.jpg")
    (folder / "a" / "empty.jpg").write_bytes(b"")
    (folder / "a" / "text.jpeg").write_text("not a picture")
    (folder / "a" / "notes.txt").write_text("not looked at")
    for name in ("cut.png", "cut.jpg"):
        data = (folder / "a" / name).read_bytes()
        (folder / "a" / name).write_bytes(data[: len(data) * 2 // 3])
    with (folder / "a" / "tail.jpg").open("ab") as stream:
        stream.write(b"what a camera appends")
    train = open_labelled(str(folder), "train")
    assert len(train.remarks) == 1
    assert train.remarks[0].startswith(
        f"4 of the pictures in {folder} are left out: a/cut.jpg is not a whole picture ("
    )
    assert PhotoFolder(folder).damaged() == ["a/cut.jpg", "a/cut.png", "a/empty.jpg", "a/text.jpeg"]
    found = photos.survey(folder).flaws
    assert (found["a/empty.jpg"], found["a/text.jpeg"]) == ("is empty", "is no picture of a known format")
    kept = [key for split in ("train", "val", "test") for key in open_labelled(str(folder), split).keys]
    assert sorted(kept) == sorted([*(f"a/{number}.jpg" for number in range(12)), "a/tail.jpg"])


def test_sun397_is_classed_below_its_letters(tmp_path: Path) -> None:
    names = [f"{kind}/sun_{number}.jpg" for kind in ("a/abbey", "b/bakery/shop") for number in range(10)]
    lay(tmp_path / "sun397" / "SUN397", *names)
    train = open_labelled("sun397", "train", tmp_path)
    assert train.labels["class"].classes == ("abbey", "bakery/shop")
    assert (train.name, len(train)) == ("sun397/train", 16)
    assert "holds 20 pictures of 2 classes, the official archive 108,754 of 397" in train.remarks[-1]
    assert describe_labelled("sun397", tmp_path).counts["test"] == (2, 0)
    with pytest.raises(DataError, match=r"there is no SUN397 in .*sun397/SUN397: run scanpath data fetch sun397"):
        open_labelled("sun397", "train", tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("names", "split", "words"),
    [
        (["a/1.png", "2.png"], "train", "has 1 pictures beside the folders of its classes .2.png."),
        (
            ["train/a/1.png", "test/a/1.png", "b/1.png"],
            "train",
            "has 1 pictures beside its folders of splits .b/1.png.",
        ),
        (["a/1.png"], "val", "has no pictures of the split 'val' .it has 1 in all."),
        ([], "train", "is no folder: expected one of photographs"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, names: list[str], split: str, words: str) -> None:
    lay(tmp_path / "here", *names)
    with pytest.raises(DataError, match=words):
        open_labelled(str(tmp_path / "here"), split)


def test_a_folder_without_whole_pictures(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no whole picture \(.bmp, .*\): check the path"):
        open_labelled(f"{tmp_path}/", "train")
    (tmp_path / "one.png").write_bytes(b"")
    photos.survey.cache_clear()
    with pytest.raises(DataError, match=r"one.png, the first of 1 broken ones, is empty"):
        open_labelled(f"{tmp_path}/", "train")
