from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from scanpath.data import mnist
from scanpath.data.labelled import check_disjoint
from scanpath.data.labelled_catalogue import describe_labelled, open_labelled
from scanpath.data.mnist import MNIST, read_mnist
from scanpath.data.official import md5
from scanpath.errors import DataError, UnknownNameError
from scanpath.testing.files.idx import idx_bytes, write_mnist

#: The official files, where this machine has them: ``$SCANPATH_MNIST`` or beside the repository.
REAL = Path(os.environ.get("SCANPATH_MNIST") or Path(__file__).resolve().parents[5] / "shared" / "data")
real = pytest.mark.skipif(not MNIST(REAL).folder.is_dir(), reason="the official files of MNIST are not here")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    draw = np.random.default_rng(3)
    for split, count in (("train", 60), ("test", 13)):
        images = draw.integers(0, 256, (count, 7, 5), dtype=np.uint8)
        write_mnist(tmp_path / "mnist", split, images, (np.arange(count) % 10).astype(np.uint8))
    return tmp_path


def test_written_files_are_read_and_told_to_be_others(root: Path) -> None:
    train = open_labelled("mnist", "train", root)
    assert (train.name, len(train), train.picture(59).shape) == ("mnist/train", 60, (1, 7, 5))
    assert train.keys[17] == "train/00017"
    assert train.labels["digit"].classes == tuple("0123456789")
    assert train.labels["digit"].numbers[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert len(train.remarks) == 2
    assert "train-images-idx3-ubyte.gz is not the official file" in train.remarks[0]
    known = describe_labelled("mnist", root)
    assert (known.missing, known.counts) == ("", {"train": (60, 0), "test": (13, 0)})
    assert MNIST(root).damaged() == [name for two in mnist.FILES.values() for name in two]


@given(images=arrays(np.uint8, array_shapes(min_dims=3, max_dims=3, max_side=5)), packed=st.booleans(), data=st.data())
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, images: Any, packed: bool, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("mnist")
    digits = data.draw(arrays(np.uint8, len(images), elements=st.integers(0, 9)))
    write_mnist(folder, "test", images, digits)
    for file in () if packed else list(folder.iterdir()):
        file.with_suffix("").write_bytes(gzip.decompress(file.read_bytes()))
        file.unlink()
    found = read_mnist(folder, "test")
    np.testing.assert_array_equal(np.stack([found.picture(number)[0] for number in range(len(images))]), images)
    assert found.labels["digit"].numbers.tolist() == digits.tolist()


@given(
    name=st.sampled_from(mnist.FILES["test"]),
    packed=st.booleans(),
    place=st.floats(0, 1),
    length=st.integers(0, 9),
    instead=st.binary(max_size=5),
)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, packed: bool, place: float, length: int, instead: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    write_mnist(folder, "test", np.arange(105, dtype=np.uint8).reshape(3, 7, 5), np.array([7, 2, 1], np.uint8))
    path = folder / f"{name}.gz"
    data = path.read_bytes() if packed else gzip.decompress(path.read_bytes())
    start = int(place * len(data))
    broken = data[:start] + instead + data[start + length :]
    path.write_bytes(broken if packed else gzip.compress(broken, mtime=0))
    said = ""
    try:
        found = read_mnist(folder, "test")
    except DataError as error:
        said = str(error)
    assert str(folder) in said or (len(found), max(found.labels["digit"].numbers) < 10) == (3, True)


def test_unpacked_files_are_the_same(root: Path) -> None:
    packed, checksum = read_mnist(root / "mnist", "test"), MNIST(root).checksum()
    for file in (root / "mnist").glob("*.gz"):
        file.with_suffix("").write_bytes(gzip.decompress(file.read_bytes()))
        file.unlink()
    found = read_mnist(root / "mnist", "test")
    assert found.picture(7).tolist() == packed.picture(7).tolist()
    assert MNIST(root).checksum() == checksum


def test_fit_and_val_are_train(root: Path) -> None:
    fit, val, test = (open_labelled("mnist", split, root) for split in ("fit", "val", "test"))
    check_disjoint(fit, val)
    check_disjoint(fit, test)
    assert sorted([*fit.keys, *val.keys]) == list(open_labelled("mnist", "train", root).keys)
    assert np.bincount(val.labels["digit"].numbers).tolist() == [1] * 10


@real
def test_the_real_files() -> None:
    train, test = (open_labelled("mnist", split, REAL) for split in ("train", "test"))
    assert (len(train), len(test), train.remarks, test.remarks) == (60_000, 10_000, (), ())
    assert train.labels["digit"].numbers[:5].tolist() == [5, 0, 4, 1, 9]
    assert test.labels["digit"].numbers[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(train.labels["digit"].numbers).tolist() == [
        *(5923, 6742, 5958, 6131, 5842),
        *(5421, 5918, 6265, 5851, 5949),
    ]
    assert MNIST(REAL).damaged() == []


def change(root: Path, name: str, data: bytes | None) -> None:
    file = root / "mnist" / f"{name}.gz"
    if data is None:
        file.unlink()
    else:
        file.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        (
            "train-images-idx3-ubyte",
            None,
            "train-images-idx3-ubyte.gz is missing.*data fetch mnist",
        ),
        ("t10k-labels-idx1-ubyte", None, "no whole MNIST in .*t10k-labels-idx1-ubyte.gz is missing"),
        ("train-images-idx3-ubyte", b"", "is no idx file"),
        ("train-images-idx3-ubyte", b"\0\0\x08\x03", "is not a whole gzip file"),
        ("train-images-idx3-ubyte", gzip.compress(b"abc" * 99, mtime=0)[:-9], "is not a whole gzip file"),
        (
            "train-labels-idx1-ubyte",
            gzip.compress(idx_bytes(np.zeros(61, np.uint8)), mtime=0),
            "60 images and 61 labels of train",
        ),
        (
            "train-labels-idx1-ubyte",
            gzip.compress(idx_bytes(np.full(60, 10, np.uint8)), mtime=0),
            "label number 0 is 10, expected 0 to 9",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(root: Path, name: str, data: bytes | None, words: str) -> None:
    change(root, name, data)
    with pytest.raises(DataError, match=words):
        open_labelled("mnist", "train", root)


def test_a_file_of_the_official_length_must_be_the_official_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "COUNTS", {"train": 60, "test": 13})
    with pytest.raises(DataError, match=r"has as many entries as the official file, but the MD5 [0-9a-f]{32}"):
        open_labelled("mnist", "train", root)
    content = {
        name: md5(gzip.decompress((root / "mnist" / f"{name}.gz").read_bytes()))
        for two in mnist.FILES.values()
        for name in two
    }
    monkeypatch.setattr(mnist, "MD5", content)
    assert open_labelled("mnist", "train", root).remarks == ()
    assert MNIST(root).damaged() == []


def test_an_unknown_split_has_a_hint(root: Path) -> None:
    with pytest.raises(UnknownNameError, match="no split 'tst' of mnist; did you mean 'test'"):
        open_labelled("mnist", "tst", root)
