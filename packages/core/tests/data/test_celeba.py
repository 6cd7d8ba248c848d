from __future__ import annotations

import random
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from scanpath.data import celeba
from scanpath.data.celeba import CelebA, read_attributes, read_partition, stargan_rows, stargan_tested
from scanpath.data.celeba_writing import write_celeba
from scanpath.data.images import encode_png
from scanpath.data.labelled import check_disjoint
from scanpath.data.labelled_catalogue import describe_labelled, open_labelled
from scanpath.errors import DataError

#: The official form, typed by hand with three of the forty attributes: runs of spaces, a space behind the names.
ATTRIBUTES = """\
4
5_o_Clock_Shadow Black_Hair Smiling \n000001.jpg -1  1  1
000002.jpg -1 -1  1
000003.jpg  1 -1 -1
000004.jpg -1  1 -1
"""
PARTITION = """\
000001.jpg 0
000002.jpg 2
000003.jpg 1
000004.jpg 0
"""


def lay(folder: Path, attributes: str = ATTRIBUTES, partition: str = PARTITION, pictures: int = 4) -> Path:
    place = folder / "celeba"
    place.mkdir()
    (place / "list_attr_celeba.txt").write_text(attributes)
    (place / "list_eval_partition.txt").write_text(partition)
    with zipfile.ZipFile(place / "img_align_celeba.zip", "w") as archive:
        for number in range(1, pictures + 1):
            pixels = np.full((218, 178, 3), number, np.uint8)
            archive.writestr(f"img_align_celeba/{number:06d}.jpg", encode_png(pixels, "a test"))
    return folder


def test_the_golden_files(tmp_path: Path) -> None:
    train, val, test = (open_labelled("celeba", split, lay(tmp_path) if split == "train" else tmp_path)
                        for split in ("train", "val", "test"))  # fmt: skip
    assert [list(split.keys) for split in (train, val, test)] == [
        ["000001.jpg", "000004.jpg"],
        ["000003.jpg"],
        ["000002.jpg"],
    ]
    assert list(train.labels) == ["5_o_Clock_Shadow", "Black_Hair", "Smiling"]
    assert train.matrix("Smiling", "Black_Hair").tolist() == [[1, 1], [0, 1]]
    assert train.labels["Smiling"].classes == ("no", "yes")
    assert train.labels["Smiling"].numbers.dtype == np.int8
    assert test.picture(0).shape == (3, 218, 178)
    assert [train.picture(1)[0, 0, 0], val.picture(0)[0, 0, 0], test.picture(0)[2, 217, 177]] == [4, 3, 2]
    assert len(train.remarks) == 2
    assert "list_attr_celeba.txt is not the official file" in train.remarks[0]


def test_stargans_split_is_that_of_its_loader() -> None:
    """As the loader does it: seed, shuffle the lines, and count from one up to below 2,000."""
    lines = [f"{number:06d}.jpg" for number in range(1, 5001)]
    shuffled = list(lines)
    random.seed(1234)
    random.shuffle(shuffled)
    test = [line for place, line in enumerate(shuffled) if place + 1 < 2000]
    train = [line for place, line in enumerate(shuffled) if not place + 1 < 2000]
    assert [lines[row] for row in stargan_rows(5000, "test")] == test
    assert [lines[row] for row in stargan_rows(5000, "train")] == train
    assert (len(test), stargan_rows(202_599, "test")[:3].tolist()) == (1999, OFFICIAL)


#: Lines of the official list, from 0, that StarGAN tests on first: from a run of its three lines on 202,599 numbers.
OFFICIAL = [28135, 25599, 120848]


def test_stargans_split_is_a_data_set(tmp_path: Path) -> None:
    count = 2003
    write_celeba(
        tmp_path / "celeba",
        np.zeros((count, 2, 2, 3), np.uint8),
        ["Male", "Smiling"],
        np.stack([np.arange(count) % 2 == 0, np.arange(count) % 3 == 0], axis=1),
        [0] * count,
    )
    train, test = (open_labelled("celeba-stargan", split, tmp_path) for split in ("train", "test"))
    check_disjoint(train, test)
    assert (len(train), len(test), train.name) == (4, 1999, "celeba-stargan/train")
    numbers = [int(key[:6]) - 1 for key in test.keys]
    assert test.matrix("Male", "Smiling").tolist() == [[number % 2 == 0, number % 3 == 0] for number in numbers]
    assert describe_labelled("celeba-stargan", tmp_path).counts == {"train": (4, 0), "test": (1999, 0)}
    assert describe_labelled("celeba", tmp_path).counts == {"train": (count, 0), "val": (0, 0), "test": (0, 0)}


def test_a_folder_does_as_an_archive_and_more_pictures_are_told(tmp_path: Path) -> None:
    lay(tmp_path, pictures=6)
    place = tmp_path / "celeba"
    from_archive = open_labelled("celeba", "train", tmp_path).picture(1)
    with zipfile.ZipFile(place / "img_align_celeba.zip") as archive:
        archive.extractall(place)
    (place / "img_align_celeba.zip").unlink()
    found = open_labelled("celeba", "train", tmp_path)
    assert found.picture(1).tolist() == from_archive.tolist()
    assert any("holds 2 pictures that list_attr_celeba.txt lacks; they" in remark for remark in found.remarks)
    assert CelebA(tmp_path).damaged() == ["list_attr_celeba.txt", "list_eval_partition.txt"]


@pytest.mark.parametrize(
    ("attributes", "partition", "words"),
    [
        ("", PARTITION, "line 1 is '', expected the number of pictures alone"),
        ("image_id,Smiling\n000001.jpg,1\n", PARTITION, "line 1 is 'image_id,Smiling'.*not a table made of it"),
        ("4\n", PARTITION, "line 2 names 0 attributes"),
        (ATTRIBUTES.replace("Black_Hair", "Smiling"), PARTITION, "line 2 names 3 attributes"),
        (ATTRIBUTES.replace("2.jpg -1 -1  1", "2.jpg -1 -1"), PARTITION, "line 4 has 2 values, expected 3"),
        (
            ATTRIBUTES.replace("2.jpg -1 -1  1", "2.jpg -1  0  1"),
            PARTITION,
            "line 4 has the value '0', expected 1",
        ),
        (ATTRIBUTES[:-20], PARTITION, "has 3 pictures, its first line says 4"),
        (ATTRIBUTES.replace("3.jpg", "2.jpg"), PARTITION, "lists 1 pictures twice .000002.jpg."),
        (ATTRIBUTES.replace("3.jpg", "3\u00e9.jpg"), PARTITION, "list_attr_celeba.txt is not plain text"),
        (ATTRIBUTES, PARTITION.replace("3.jpg 1", "3.jpg 3"), "line 3 is '000003.jpg 3', expected a picture and 0, 1"),
        (ATTRIBUTES, PARTITION + "000003.jpg 1\n", "list_eval_partition.txt lists 1 pictures twice"),
        (ATTRIBUTES, PARTITION[:26], "lacks 2 pictures of list_attr_celeba.txt and has 0 others .000003.jpg, 000004"),
        (ATTRIBUTES, PARTITION + "000009.jpg 1\n", "lacks 0 pictures .* and has 1 others .000009.jpg."),
    ],
)
def test_what_is_wrong_in_a_list_is_one_sentence(tmp_path: Path, attributes: str, partition: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        open_labelled("celeba", "train", lay(tmp_path, attributes, partition))


@pytest.mark.parametrize("name", ["list_attr_celeba.txt", "list_eval_partition.txt", "img_align_celeba.zip"])
def test_what_is_missing_is_named(tmp_path: Path, name: str) -> None:
    (lay(tmp_path) / "celeba" / name).unlink()
    with pytest.raises(DataError, match=f"{name} is missing.: scanpath data fetch celeba says"):
        open_labelled("celeba", "train", tmp_path)


def test_pictures_that_are_missing_are_counted(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"zip lacks 2 pictures of list_attr_celeba.txt \(000003.jpg, 000004.jpg\)"):
        open_labelled("celeba", "train", lay(tmp_path, pictures=2))


def test_of_a_small_set_stargan_tests_on_as_large_a_part(tmp_path: Path) -> None:
    train, test = (
        open_labelled("celeba-stargan", split, lay(tmp_path) if split == "train" else tmp_path)
        for split in ("train", "test")
    )
    check_disjoint(train, test)
    assert (len(train), len(test)) == (3, 1)
    assert "celeba-stargan has 1 test pictures of 4, StarGAN's split 1,999." in train.remarks
    assert [stargan_tested(count) for count in (2, 203, 1999, 2000, 202_599)] == [1, 2, 19, 1999, 1999]


def test_one_picture_cannot_be_split(tmp_path: Path) -> None:
    lay(tmp_path, "1\nSmiling\n000001.jpg 1\n", "000001.jpg 0\n", 1)
    with pytest.raises(DataError, match="has 1 pictures, and one is StarGAN's test: lay at least two there"):
        open_labelled("celeba-stargan", "train", tmp_path)


NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(names=st.lists(NAMES, min_size=1, max_size=5, unique=True), data=st.data())
def test_whatever_is_listed_is_read(tmp_path: Path, names: list[str], data: st.DataObject) -> None:
    values = data.draw(st.lists(st.lists(st.booleans(), min_size=len(names), max_size=len(names)), max_size=6))
    parts = data.draw(st.lists(st.sampled_from([0, 1, 2]), min_size=len(values), max_size=len(values)))
    pictures = np.zeros((len(values), 2, 2, 3), np.uint8)
    write_celeba(tmp_path, pictures, names, np.asarray(values, dtype=np.bool_).reshape(-1, len(names)), parts)
    found = read_attributes(tmp_path / "list_attr_celeba.txt")
    assert found.names == tuple(names)
    assert found.files == [f"{number:06d}.jpg" for number in range(1, len(values) + 1)]
    assert found.values.tolist() == [list(map(int, row)) for row in values]
    assert read_partition(tmp_path / "list_eval_partition.txt", found.files)[0].tolist() == parts


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(["list_attr_celeba.txt", "list_eval_partition.txt"]),
    line=st.integers(0, 6),
    text=st.text(st.sampled_from("01- \t\x0b.jpgé²９\n") | st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_whatever_stands_in_a_line_is_read_or_told(tmp_path: Path, name: str, line: int, text: str) -> None:
    lines = {"list_attr_celeba.txt": ATTRIBUTES, "list_eval_partition.txt": PARTITION}[name].split("\n")
    lines[line : line + 1] = [text]
    path = tmp_path / name
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    files = [f"{number:06d}.jpg" for number in range(1, 5)]
    told = str(path)
    try:
        found = read_attributes(path) if name == "list_attr_celeba.txt" else read_partition(path, files)
    except DataError as error:
        told = str(error)
    else:
        assert found is not None
    assert told.startswith(str(path))
    assert "\n" not in told


def test_a_list_of_the_official_length_must_be_the_official_one(tmp_path: Path, monkeypatch) -> None:
    place = lay(tmp_path) / "celeba"
    monkeypatch.setattr(celeba, "COUNT", 4)
    with pytest.raises(DataError, match=r"list_attr_celeba.txt has as many entries as the official file"):
        read_attributes(place / "list_attr_celeba.txt")
    with pytest.raises(DataError, match=r"list_eval_partition.txt has as many entries"):
        read_partition(place / "list_eval_partition.txt", [f"{number:06d}.jpg" for number in range(1, 5)])


def test_the_lists_may_lie_elsewhere_and_be_absent(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"list.txt does not exist: fetch it from http"):
        read_attributes(tmp_path / "list.txt")
    shutil.copytree(lay(tmp_path) / "celeba", tmp_path / "list.txt")
    with pytest.raises(DataError, match=r"list.txt cannot be read"):
        read_attributes(tmp_path / "list.txt")
