import json

import numpy as np
import pytest

from scanpath.data.images import encode_png
from scanpath.errors import DataError
from scanpath.features.pictures import NumberedPictures, join_pictures, named, number_pictures


def lay(folder, *names):
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(encode_png(np.full((3, 5, 3), number, np.uint8), "a test"))
    return folder


def test_the_last_number_of_a_name_is_its_id(tmp_path):
    lay(tmp_path, "COCO_train2014_000000000042.jpg", "b/2345.png", "CLEVR_v1.0_val_000007.png")
    found = number_pictures(tmp_path)
    assert found.image_names == {
        42: "COCO_train2014_000000000042.jpg",
        2345: "2345.png",
        7: "CLEVR_v1.0_val_000007.png",
    }
    assert found.image_ids.tolist() == [7, 42, 2345]
    assert found.images.read("2345.png").shape == (3, 5, 3)


def test_a_table_says_ids_and_which_pictures(tmp_path):
    lay(tmp_path / "a", "x.png", "y.png", "z.png")
    (tmp_path / "ids.json").write_text(json.dumps({"x.png": 5, "z.png": -3}))
    found = number_pictures(tmp_path / "a", tmp_path / "ids.json")
    assert found.image_names == {5: "x.png", -3: "z.png"}
    assert found.remarks == (
        f"1 of the 3 pictures in {tmp_path / 'a'} have no id in {tmp_path / 'ids.json'} and are left out.",
    )


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("kitchen.png",), "the name of the picture 'kitchen.png' in .* has no number that could be its id"),
        ((f"{2**63}.png",), "has no number that could be its id"),
        (("a/train_3.png", "b/val_03.png"), "the pictures 'train_3.png' and 'val_03.png' both have the id 3"),
    ],
)
def test_names_that_give_no_id_are_sentences(tmp_path, names, sentence):
    with pytest.raises(DataError, match=sentence):
        number_pictures(lay(tmp_path, *names))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([], "holds no names, expected a JSON object"),
        ({}, "holds no names"),
        ({"x.png": "7"}, "gives 'x.png' the id '7', expected a whole number"),
        ({"x.png": True}, "the id 'True'"),
        ({"x.png": 2**63}, "of 64 bits"),
        ({"x.png": 1, "q.png": 2}, "names 1 pictures that .* lacks, the first being 'q.png'"),
        ({"x.png": 1, "y.png": 1}, "both have the id 1"),
    ],
)
def test_a_table_that_does_not_fit_is_a_sentence(tmp_path, table, sentence):
    lay(tmp_path / "a", "x.png", "y.png")
    (tmp_path / "ids.json").write_text(json.dumps(table))
    with pytest.raises(DataError, match=sentence):
        number_pictures(tmp_path / "a", tmp_path / "ids.json")


class Split:
    def __init__(self, names, images="source"):
        self.image_names, self.images = names, images

    @property
    def image_ids(self):
        return np.asarray([3, 1, 3] if self.image_names is not None else [], dtype=np.int64)


def test_named_pictures_are_sorted_and_each_once():
    assert [*named(Split({3: "c", 1: "a", 9: "unasked"})).items()] == [(1, "a"), (3, "c")]


@pytest.mark.parametrize(
    ("split", "sentence"),
    [
        (Split(None), "the split has no pictures: nothing to extract"),
        (Split({3: "c", 1: "a"}, images=None), "no pictures beside its questions"),
        (Split({3: "c"}), "1 pictures of the split have no file name, the first being 1"),
    ],
)
def test_a_split_without_pictures_is_a_sentence(split, sentence):
    with pytest.raises(DataError, match=sentence):
        named(split)


def test_splits_are_joined(tmp_path):
    first = number_pictures(lay(tmp_path / "a", "1.png", "2.png"))
    second = number_pictures(lay(tmp_path / "b", "9.png"))
    joined = join_pictures([first, second])
    assert joined.image_ids.tolist() == [1, 2, 9]
    assert joined.images.read("9.png").shape == (3, 5, 3)


def test_the_checksum_sees_ids_and_names():
    sums = {NumberedPictures(names, None).sha256 for names in ({1: "a"}, {2: "a"}, {1: "b"}, {1: "a", 2: "b"})}
    assert len(sums) == 4
    assert NumberedPictures({2: "b", 1: "a"}, None).sha256 == NumberedPictures({1: "a", 2: "b"}, None).sha256
