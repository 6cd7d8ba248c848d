from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from scanpath.data import mnist
from scanpath.data.official import md5
from scanpath.data.scenes.randomness import Draws
from scanpath.errors import DataError
from scanpath.testing.files.idx import idx_bytes, write_mnist
from scanpath_attention_rnn.data.digits.digits import SHEET, Pool, find_mnist, pool_by_label, read_pool

LABELS = {"train": np.arange(60, dtype=np.uint8) % 10, "test": np.arange(13, dtype=np.uint8)[::-1] % 10}


def images(split: str, side: int = 28) -> np.ndarray:
    return np.random.default_rng(len(split)).integers(0, 256, (len(LABELS[split]), side, side), dtype=np.uint8)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Files in MNIST's form, 60 and 13 digits."""
    for split, labels in LABELS.items():
        write_mnist(tmp_path / "own", split, images(split), labels)
    return tmp_path / "own"


@pytest.fixture
def taken_as_official(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """A call after which the files of a folder count as the official ones."""

    def call(folder: Path) -> None:
        official = {file.stem: md5(gzip.decompress(file.read_bytes())) for file in folder.glob("*.gz")}
        monkeypatch.setattr(mnist, "MD5", official)
        monkeypatch.setattr(mnist, "COUNTS", {"train": 60, "test": 13})

    return call


def test_digits_by_label_by_hand() -> None:
    found = pool_by_label(np.arange(12, dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8),
                          np.array([9, 1, 0, 3, 2, 1, 8, 7, 6, 5, 4, 1]), "of a test")  # fmt: skip
    assert found.images[:, 0, 0].tolist() == [2, 1, 5, 11, 4, 3, 10, 9, 8, 7, 6, 0]
    assert found.starts == (0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    assert [found.count(label) for label in range(10)] == [1, 3, 1, 1, 1, 1, 1, 1, 1, 1]
    draws = Draws(1)
    drawn = [found.draw(1, draws) for _ in range(99)]
    assert {place: drawn.count(place) > 20 for place in set(drawn)} == {1: True, 2: True, 3: True}
    assert {found.draw(9, draws) for _ in range(9)} == {11}


def test_digits_that_cannot_be_are_named() -> None:
    labels = np.arange(10)
    with pytest.raises(DataError, match="digits of a test have 20x32 pixels, expected 28x28"):
        pool_by_label(np.zeros((10, 32, 20), np.uint8), labels, "of a test")
    with pytest.raises(DataError, match="there is no 4 among the digits of a test"):
        pool_by_label(np.zeros((10, 28, 28), np.uint8), np.where(labels == 4, 5, labels), "of a test")


def test_the_shipped_sheet_is_the_one_that_was_chosen() -> None:
    data = SHEET.read_bytes()
    assert hashlib.sha256(data).hexdigest() == "93c4cf057ba4ea77a94d05da550fab3648043ddc73e52b668e9844d8d576efe3"
    assert len(data) < 1_000_000
    licence = (Path(str(SHEET)).parent / "LICENCE.txt").read_text()
    assert "Yann LeCun and Corinna Cortes" in licence
    assert "creativecommons.org/licenses/by-sa/3.0" in licence


def test_shipped_digits() -> None:
    pool = read_pool(None)
    assert pool.images.shape == (3000, 28, 28)
    assert pool.starts == tuple(range(0, 3001, 300))
    assert len({image.tobytes() for image in pool.images}) == 3000
    assert pool.facts().startswith("3,000 that are shipped, sha256 ")
    # Whole digits, none cut where its neighbour begins: MNIST leaves a border.
    assert pool.images.max(axis=(1, 2)).min() > 150
    assert max(pool.images[:, [0, -1]].mean(), pool.images[:, :, [0, -1]].mean()) < 1
    ones, zeros = pool.images[300:600, 13:15, 13:15].mean(), pool.images[:300, 13:15, 13:15].mean()
    assert ones > 200 > 50 > zeros


def test_shipped_digits_are_of_mnist(real_mnist: Path) -> None:
    whole, shipped = read_pool(real_mnist), read_pool(None)
    for label in range(10):
        among = {image.tobytes() for image in whole.images[whole.starts[label] : whole.starts[label + 1]]}
        assert {image.tobytes() for image in shipped.images[shipped.starts[label] : shipped.starts[label + 1]]} <= among


def test_all_of_mnist(real_mnist: Path) -> None:
    pool = read_pool(real_mnist)
    assert pool.images.shape == (70_000, 28, 28)
    counts = [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958]  # training and test files together
    assert [pool.count(label) for label in range(10)] == counts
    assert pool.facts().startswith("70,000 of MNIST, sha256 7accd1ed0c2da9c8")


def test_training_and_test_files_are_taken_together(own: Path, taken_as_official: Callable[[Path], None]) -> None:
    taken_as_official(own)
    packed = read_pool(own)
    assert packed.starts == (0, 7 + 1, 15 + 1, 23 + 1, 30 + 1, 37 + 1, 44 + 1, 51 + 1, 58 + 1, 65 + 1, 73)
    train, test = images("train"), images("test")
    np.testing.assert_array_equal(packed.images[:8], [*train[::10], test[2], test[12]][:8])
    unpacked = own.parent / "unpacked"
    unpacked.mkdir()
    for file in own.glob("*.gz"):
        (unpacked / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
    assert read_pool(unpacked).facts() == packed.facts()


def test_other_digits_have_other_facts() -> None:
    one, other = (Pool(np.full((10, 28, 28), level, np.uint8), tuple(range(11)), "of a test") for level in (0, 1))
    assert one.facts() != other.facts()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"t10k-labels-idx1-ubyte": None}, r"no whole MNIST in .*own \(t10k-labels-idx1-ubyte.gz is missing\): run"),
        ({"train-images-idx3-ubyte": b""}, "train-images-idx3-ubyte.gz is no idx file"),
        (
            {"train-images-idx3-ubyte": idx_bytes(images("train"))[:-1]},
            "holds 47,039 values, expected 47,040.*cut short",
        ),
        ({"train-labels-idx1-ubyte": idx_bytes(images("train"))}, "has 3 dimensions, expected 1"),
        (
            {"t10k-images-idx3-ubyte": idx_bytes(images("test")[::-1])},
            "as many entries as the official file, but the MD5",
        ),
        (
            {
                "t10k-images-idx3-ubyte": idx_bytes(images("test")[1:]),
                "t10k-labels-idx1-ubyte": idx_bytes(LABELS["test"][1:]),
            },
            r"t10k-images-idx3-ubyte.gz is not the official file .*\): delete it and run scanpath data fetch mnist\.",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(
    own: Path, taken_as_official: Callable[[Path], None], change: Mapping[str, bytes | None], words: str
) -> None:
    taken_as_official(own)
    for name, data in change.items():
        path = own / f"{name}.gz"
        if data is None:
            path.unlink()
        else:
            path.write_bytes(gzip.compress(data, mtime=0))
    with pytest.raises(DataError, match=words) as found:
        read_pool(own)
    assert "\n" not in str(found.value)


def test_half_a_packed_file_is_named(own: Path) -> None:
    path = own / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-99])
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz is not a whole gzip file"):
        read_pool(own)


def test_where_mnist_is_looked_for(tmp_path: Path) -> None:
    assert find_mnist(tmp_path, None) is None
    for place in ("MNIST", "MNIST/raw", "mnist"):  # each is preferred to those before
        (tmp_path / place).mkdir(exist_ok=True)  # one folder where names do not tell case
        (tmp_path / place / "t10k-labels-idx1-ubyte").touch()
        assert find_mnist(tmp_path, None) == tmp_path / place
    elsewhere = tmp_path / "elsewhere"
    for place in ("MNIST/raw", "raw", ""):
        (elsewhere / place).mkdir(parents=True, exist_ok=True)
        (elsewhere / place / "train-images-idx3-ubyte.gz").touch()
        assert find_mnist(tmp_path, str(elsewhere)) == elsewhere / place


def test_a_folder_without_mnist_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        DataError, match=r"digits holds no MNIST \(train-images-idx3-ubyte.gz is missing\): run scanpath"
    ):
        find_mnist(tmp_path, tmp_path / "digits")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(DataError, match=f"{tmp_path.name}/digits holds no MNIST"):
        find_mnist(tmp_path, "~/digits")
