from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data import cifar
from scanpath.data.cifar import CIFAR100, CifarForm, read_cifar, read_class_names
from scanpath.data.cifar_writing import old_pickle, write_cifar, write_class_names
from scanpath.data.labelled import check_disjoint
from scanpath.data.labelled_catalogue import describe_labelled, open_labelled
from scanpath.errors import DataError

#: Names of the 20 groups, the first and the last classes, as the official list has them.
COARSE = ["aquatic_mammals", "fish", *(f"group_{number}" for number in range(2, 19)), "vehicles_2"]
FINE = ["apple", "aquarium_fish", *(f"class_{number}" for number in range(2, 99)), "worm"]


def text(value: str) -> bytes:
    return b"U" + bytes([len(value)]) + value.encode()


#: ``meta`` and a ``test`` of two pictures as cPickle writes them, typed by hand: the first picture is red 1, green 2
#: and blue 3 everywhere; of the second the red value of row 1, column 2 is 255.
META = (
    b"\x80\x02}q\x01(U\x10fine_label_namesq\x02]q\x03("
    + b"".join(map(text, FINE))
    + b"eU\x12coarse_label_namesq\x67]q\x68("
    + b"".join(map(text, COARSE))
    + b"eu."
)
PIXELS = b"\x01" * 1024 + b"\x02" * 1024 + b"\x03" * 1024 + b"\x00" * 34 + b"\xff" + b"\x00" * 3037
TEST = (
    b"\x80\x02}q\x01(U\tfilenamesq\x02]q\x03(U\x14volcano_s_000012.pngq\x04U\x0ewhat_s_0001pngq\x05e"
    b"U\x0bbatch_labelq\x06U\x17testing batch 1 of 1   q\x07U\x0bfine_labelsq\x08]q\t(K\x01K\x63e"
    b"U\rcoarse_labelsq\n]q\x0b(K\x01K\x13eU\x04dataq\x0ccnumpy.core.multiarray\n_reconstruct\nq\rcnumpy\nndarray\n"
    b"q\x0eK\x00\x85U\x01b\x87Rq\x0f(K\x01K\x02M\x00\x0c\x86cnumpy\ndtype\nq\x10U\x02u1K\x00K\x01\x87Rq\x11(K\x03"
    b"U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T\x00\x18\x00\x00" + PIXELS + b"tbu."
)


def test_the_golden_files(tmp_path: Path) -> None:
    (tmp_path / "meta").write_bytes(META)
    (tmp_path / "test").write_bytes(TEST)
    found = read_cifar(tmp_path, "test")
    assert len(found) == 2
    assert list(found.keys) == ["test/00000/volcano_s_000012.png", "test/00001/what_s_0001png"]
    assert found.picture(0).shape == (3, 32, 32)
    assert found.picture(0)[:, 31, 31].tolist() == [1, 2, 3]
    assert np.argwhere(found.picture(1)).tolist() == [[0, 1, 2]]
    fine, coarse = found.labels["fine"], found.labels["coarse"]
    assert [fine.classes[number] for number in fine.numbers] == ["aquarium_fish", "worm"]
    assert [coarse.classes[number] for number in coarse.numbers] == ["fish", "vehicles_2"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "cifar-100" / "cifar-100-python"
    draw = np.random.default_rng(5)
    for split, count in (("train", 300), ("test", 23)):
        pictures = draw.integers(0, 256, (count, 3, 32, 32), dtype=np.uint8)
        fine = np.arange(count) % 100
        write_cifar(folder, split, pictures, fine.tolist(), (fine % 20).tolist())
    write_class_names(folder, FINE, COARSE)
    return tmp_path


def test_written_files_are_read_and_told_to_be_others(root: Path) -> None:
    test = open_labelled("cifar-100", "test", root)
    expected = np.random.default_rng(5)
    expected.integers(0, 256, (300, 3, 32, 32), dtype=np.uint8)
    pictures = expected.integers(0, 256, (23, 3, 32, 32), dtype=np.uint8)
    np.testing.assert_array_equal(np.stack([test.picture(number) for number in range(23)]), pictures)
    assert test.matrix("fine", "coarse")[21].tolist() == [21, 1]
    assert "is not the official file" in test.remarks[0]
    fit, val = (open_labelled("cifar-100", split, root) for split in ("fit", "val"))
    check_disjoint(fit, val)
    assert (len(fit) + len(val), val.name) == (300, "cifar-100/val")
    known = describe_labelled("cifar-100", root)
    assert known.counts == {"train": (300, 0), "test": (23, 0)}
    assert CIFAR100(root).damaged() == ["train", "test", "meta"]
    (root / "cifar-100" / "cifar-100-python").rename(root / "cifar-100-python")
    assert describe_labelled("cifar-100", root).checksum == known.checksum


def test_files_of_the_form_may_hold_fewer_classes(tmp_path: Path) -> None:
    form = CifarForm("dots", {"fine": 3, "coarse": 2}, "run scanpath data make dots", None)
    write_cifar(tmp_path, "train", np.zeros((4, 3, 32, 32), np.uint8), [0, 2, 1, 0], [0, 1, 0, 0])
    write_class_names(tmp_path, ["red dot", "blue dot", "green dot"], ["warm", "cold"])
    found = read_cifar(tmp_path, "train", form)
    assert (found.name, found.remarks, found.labels["coarse"].classes) == ("dots/train", (), ("warm", "cold"))
    assert found.matrix("fine", "coarse").tolist() == [[0, 0], [2, 1], [1, 0], [0, 0]]
    with pytest.raises(DataError, match=r"names 3 fine classes, expected 100: .*scanpath data fetch cifar-100"):
        read_cifar(tmp_path, "train")
    write_cifar(tmp_path, "train", np.zeros((1, 3, 32, 32), np.uint8), [3], [1])
    with pytest.raises(DataError, match="of the fine class 3, expected 0 to 2: run scanpath data make dots"):
        read_cifar(tmp_path, "train", form)


@given(fine=st.lists(st.integers(0, 99), min_size=1, max_size=6), seed=st.integers(0, 2**32))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, fine: list[int], seed: int) -> None:
    folder = tmp_path_factory.getbasetemp() / "written"
    pictures = np.random.default_rng(seed).integers(0, 256, (len(fine), 3, 32, 32), dtype=np.uint8)
    write_cifar(folder, "train", pictures, fine, [number // 5 for number in fine])
    write_class_names(folder, FINE, COARSE)
    found = read_cifar(folder, "train")
    np.testing.assert_array_equal(np.stack([found.picture(number) for number in range(len(fine))]), pictures)
    assert found.matrix("fine", "coarse").tolist() == [[number, number // 5] for number in fine]
    assert len(set(found.keys)) == len(fine)


@given(
    name=st.sampled_from(["meta", "test"]),
    place=st.floats(0, 1, exclude_max=True),
    length=st.integers(0, 3),
    instead=st.binary(max_size=3),
)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: float, length: int, instead: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    files = {"meta": META, "test": TEST}
    pixels = files["test"].index(PIXELS) if name == "test" else 0
    data = files[name]
    start = int(place * (len(data) - len(PIXELS) * bool(pixels)))
    start += len(PIXELS) * (pixels > 0 and start >= pixels)  # pixels may be anything
    files[name] = data[:start] + instead + data[start + length :]
    for one, content in files.items():
        (folder / one).write_bytes(content)
    said = ""
    try:
        found = read_cifar(folder, "test")
    except DataError as error:
        said = str(error)
    assert str(folder) in said or (len(found.keys), found.picture(0).shape) == (2, (3, 32, 32))


def test_a_file_of_the_official_length_must_be_the_official_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar, "COUNTS", {"train": 300, "test": 10_000})
    with pytest.raises(DataError, match="train has as many entries as the official file"):
        open_labelled("cifar-100", "train", root)
    assert len(open_labelled("cifar-100", "test", root)) == 23


def content(**changes: Any) -> bytes:
    """Write two pictures with changed columns; None leaves one out."""
    whole = {
        "filenames": ["a.png", "b.png"],
        "fine_labels": [0, 1],
        "coarse_labels": [0, 1],
        "data": np.zeros((2, 3072), np.uint8),
    }
    return old_pickle({key: value for key, value in (whole | changes).items() if value is not None})


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("meta", None, "no whole CIFAR-100 in .*'meta' is missing.*scanpath data fetch cifar-100"),
        ("train", None, "'train' is missing"),
        ("train", old_pickle([1]), "train holds a list, expected CIFAR-100's dictionary"),
        ("train", content(data=None), r"train holds pictures of nothing, expected \(N, 3072\) bytes"),
        ("train", content(data=np.zeros((2, 784), np.uint8)), r"train holds pictures of \(2, 784\)"),
        ("train", content(fine_labels=None), "has no list 'fine_labels', it has "),
        ("train", content(filenames=["a.png", 3]), "filenames number 1 is a int"),
        ("train", content(coarse_labels=[0]), r"the columns of .*train have lengths \[1, 2\]"),
        ("train", content(fine_labels=[0, 100]), "picture number 1 is of the fine class 100, expected 0 to 99"),
        ("train", content(coarse_labels=[-1, 0]), "picture number 0 is of the coarse class -1, expected 0 to 19"),
        ("train", content(fine_labels=[4, 4]), r"puts 1 fine classes into several coarse ones \(4\)"),
        ("train", b"\x80\x02cposix\nsystem\n.", "asks for 'posix.system'"),
        ("meta", old_pickle({"fine_label_names": FINE[1:], "coarse_label_names": COARSE}), "names 99 fine classes"),
        ("meta", old_pickle({"fine_label_names": FINE}), "has no list 'coarse_label_names'"),
    ],
)
def test_what_is_wrong_is_one_sentence(root: Path, name: str, data: bytes | None, words: str) -> None:
    file = root / "cifar-100" / "cifar-100-python" / name
    if data is None:
        file.unlink()
    else:
        file.write_bytes(data)
    with pytest.raises(DataError, match=words):
        open_labelled("cifar-100", "train", root)


def test_names_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "meta").write_bytes(META)
    assert read_class_names(tmp_path / "meta") == {"fine": tuple(FINE), "coarse": tuple(COARSE)}
