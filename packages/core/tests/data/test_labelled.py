from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.images import encode_png, open_images
from scanpath.data.labelled import LabelledSplit, Labels, NamedPictures, check_disjoint, hold_out, one_of
from scanpath.errors import DataError, UnknownNameError


def split_of(count: int = 7, name: str = "things/train") -> LabelledSplit:
    pixels = np.arange(count * 3 * 5 * 2, dtype=np.uint8).reshape(count, 3, 5, 2)
    return LabelledSplit(
        name=name,
        keys=[f"{number}.png" for number in range(count)],
        pictures=pixels,
        labels={
            "kind": Labels(("cat", "dog", "owl"), np.arange(count) % 3),
            "wet": Labels(("no", "yes"), np.arange(count, dtype=np.int8) % 2),
        },
    )


def test_a_part_has_the_pictures_and_labels_of_the_whole() -> None:
    whole = split_of()
    part = whole.take([5, 1, 4], "things/part").take([2, 0])
    assert (part.name, list(part.keys)) == ("things/part", ["4.png", "5.png"])
    assert [part.picture(0).tolist(), part.picture(1).tolist()] == [
        whole.picture(4).tolist(),
        whole.picture(5).tolist(),
    ]
    assert part.labels["kind"].numbers.tolist() == [1, 2]
    assert part.labels["kind"].classes == ("cat", "dog", "owl")
    assert part.matrix("wet", "kind").tolist() == [[0, 1], [1, 2]]
    assert part.matrix("wet").dtype == np.int64
    assert part.matrix().shape == (2, 0)
    with pytest.raises(IndexError, match="has 2 pictures, number -1 is none of them"):
        part.picture(-1)


def test_wrong_columns_and_names_are_one_sentence() -> None:
    with pytest.raises(DataError, match=r"the columns of a/b have lengths \[1, 2\]"):
        LabelledSplit("a/b", ["x"], np.zeros((2, 1, 1, 1), np.uint8), {})
    with pytest.raises(DataError, match=r"the columns of a/b have lengths \[1, 2\]"):
        LabelledSplit("a/b", ["x"], np.zeros((1, 1, 1, 1), np.uint8), {"k": Labels(("c",), np.zeros(2, np.int64))})
    with pytest.raises(DataError, match="a label is 3, expected 0 to 2"):
        Labels(("a", "b", "c"), np.asarray([0, 3]))
    with pytest.raises(DataError, match="a label is -1, expected 0 to 0"):
        Labels(("a",), np.asarray([0, -1]))
    with pytest.raises(UnknownNameError, match="have no labels 'knd'; did you mean 'kind'"):
        split_of().matrix("knd")


def attributes(*rows: tuple[int, ...]) -> LabelledSplit:
    columns = np.asarray(rows, np.int8).T
    no_yes = ("no", "yes")
    labels = {name: Labels(no_yes, column) for name, column in zip(("a", "b", "c", "d"), columns, strict=True)}
    pixels = np.arange(len(rows), dtype=np.uint8).reshape(-1, 1, 1, 1)
    return LabelledSplit("own/train", [str(row) for row in range(len(rows))], pixels, labels, remarks=("Own.",))


def test_several_attributes_are_one_question() -> None:
    """Of five pictures typed by hand three have exactly one of d, a and b, in this order."""
    split = attributes((1, 0, 0, 0), (0, 1, 1, 0), (1, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
    found = one_of(split, ["d", "a", "b"])
    assert list(found.keys) == ["0", "1", "4"]
    assert [found.picture(number).item() for number in range(3)] == [0, 1, 4]
    assert found.labels["d, a, b"].classes == ("d", "a", "b")
    assert found.labels["d, a, b"].numbers.tolist() == [1, 2, 0]
    assert found.labels["c"].numbers.tolist() == [0, 1, 0]
    assert found.remarks == ("Own.", "2 of the 5 pictures of own/train have none or several of d, a, b: left out.")
    assert one_of(split.take([0, 4]), ["d", "a"]).remarks == ("Own.",)


def test_what_is_no_question_is_refused() -> None:
    split = attributes((1, 1, 0, 0), (0, 0, 0, 0))
    for names, words in (
        (["a"], "labels are made of a: name two"),
        (["a", "a"], "made of a, a: name two"),
        (["a", "b"], "no picture of own/train has exactly one of a, b"),
    ):
        with pytest.raises(DataError, match=words):
            one_of(split, names)
    with pytest.raises(UnknownNameError, match="no labels 'e'"):
        one_of(split, ["a", "e"])
    with pytest.raises(DataError, match="'kind' of things/train has 3 classes"):
        one_of(split_of(), ["wet", "kind"])


def test_splits_that_share_pictures_are_refused() -> None:
    whole = split_of()
    check_disjoint(whole.take([0, 1]), whole.take([2]))
    with pytest.raises(DataError, match=r"things/b shares 2 pictures with things/train \(1.png, 6.png\)"):
        check_disjoint(whole, whole.take([6, 1], "things/b"))


def test_held_out_pictures_are_a_tenth_of_every_class() -> None:
    whole = split_of(300)
    fit, val = hold_out(whole, "fit", "kind"), hold_out(whole, "val", "kind")
    check_disjoint(fit, val)
    assert set(fit.keys) | set(val.keys) == set(whole.keys)
    assert np.bincount(val.labels["kind"].numbers).tolist() == [10, 10, 10]
    assert (fit.name, val.name) == ("things/fit", "things/val")


def test_named_pictures_are_decoded_when_asked_for_and_travel_to_other_processes(tmp_path: Path) -> None:
    pixels = np.zeros((4, 6, 3), np.uint8)
    pixels[1, 2] = (10, 20, 30)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("in/one.png", encode_png(pixels, "a test"))
        archive.writestr("in/two.png", b"not a picture")
    pictures = NamedPictures(open_images(tmp_path / "all.zip"), ["two.png", "one.png"])
    there = pickle.loads(pickle.dumps(pictures))
    for each in (pictures, there):
        assert len(each) == 2
        assert each[1].shape == (3, 4, 6)
        assert each[1][:, 1, 2].tolist() == [10, 20, 30]
    with pytest.raises(DataError, match=r"two.png in .*all.zip is not a whole picture"):
        pictures[0]
