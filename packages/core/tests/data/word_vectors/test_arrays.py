"""Word vectors in npz: any name and width, and every way to be wrong."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.word_vectors.arrays import read_npz
from scanpath.errors import DataError

WORDS = ("dog", "the", "zebra", "caf\u00e9")


def arrays(folder: Path, **given: object) -> Path:
    np.savez(folder / "v.npz", **given)
    return folder / "v.npz"


@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f8"])
@pytest.mark.parametrize("words", [np.array(["the", "dog"]), np.array([b"the", b"dog"])])
def test_arrays_of_any_name_and_width(tmp_path: Path, dtype: str, words: np.ndarray) -> None:
    path = arrays(tmp_path, itos=words, weight=np.array([[1, 2.5], [3, 4]], dtype=dtype), seen=np.arange(2))
    np.testing.assert_array_equal(read_npz(path, WORDS, None).vectors[:2], [[3, 4], [1, 2.5]])


def test_a_member_that_is_no_array_or_ends_early(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("words.npy", "dog")
    with pytest.raises(DataError, match=r"holds 'words.npy', which is no array"):
        read_npz(path, WORDS, None)
    whole = io.BytesIO()
    np.save(whole, np.ones((5, 3), dtype=np.float32))
    words = io.BytesIO()
    np.save(words, np.array(["a", "b", "c", "d", "e"]))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("words.npy", words.getvalue())
        archive.writestr("vectors.npy", whole.getvalue()[:-13])
    with pytest.raises(DataError, match=r"ends within 'vectors.npy', 2 rows too early"):
        read_npz(path, WORDS, None)


BAD: dict[str, tuple[dict[str, object], int | None, str]] = {
    "objects": (
        {"words": np.array(["dog"], dtype=object), "vectors": np.ones((1, 2))},
        None,
        "Python objects in 'words.npy', which only a pickle gives back",
    ),
    "no words": ({"vectors": np.ones((1, 2))}, None, r"holds vectors float64 \(1, 2\), expected one array of words"),
    "whole numbers": (
        {"words": np.array(["dog"]), "vectors": np.ones((1, 2), int)},
        None,
        "expected one array of words",
    ),
    "unequal": ({"words": np.array(["a", "b"]), "vectors": np.ones((1, 2))}, None, "holds 2 words and 1 vectors"),
    "by columns": (
        {"words": np.array(["a", "b"]), "vectors": np.asfortranarray(np.ones((2, 2)))},
        None,
        "column by column",
    ),
    "no width": ({"words": np.array(["a"]), "vectors": np.ones((1, 0))}, None, "claims vectors of 0 numbers"),
    "other numbers in npz": ({"words": np.array(["a"]), "vectors": np.ones((1, 2))}, 3, "where 3 were asked for"),
    "nan in npz": (
        {"words": np.array(["a", "dog"]), "vectors": np.array([[1], [np.nan]])},
        None,
        "gives 'dog' a number that is none, or too large, in row 1",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, case: str) -> None:
    given, dim, expected = BAD[case]
    with pytest.raises(DataError, match=expected):
        read_npz(arrays(tmp_path, **given), WORDS, dim)
