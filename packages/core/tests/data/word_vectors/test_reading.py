"""Word vectors out of text, archives and npz: golden lines typed by hand, and every way to be wrong."""

from __future__ import annotations

import io
import pickle
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.word_vectors import read_word_vectors, width_of_vectors
from scanpath.data.word_vectors.text import read_text
from scanpath.data.word_vectors.writing import as_text, drawn_vectors, write_word_vectors
from scanpath.errors import DataError

# As GloVe's files are: no first line of counts, six digits, tokens that are punctuation or hold blanks, cased ones.
GLOVE = """the 0.418 0.24968 -0.41242
, 0.013441 0.23682 -0.16899
. . . 0.18733 0.11684 -0.21308
dog 0.11008 -0.38781 -0.57615
at name@domain.com 0.0239 -0.23681 0.084
Dog 1 2 3
caf\u00e9 -1e-05 0.5 7.25
dog 9 9 9
"""
WORDS = ("dog", "the", "zebra", "caf\u00e9")


def text(content: str | bytes, name: str = "v.txt") -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return folder / name

    return write


def zipped(**members: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        with zipfile.ZipFile(folder / "v.zip", "w") as archive:
            for name, content in members.items():
                archive.writestr(name.replace("_", "."), content)
        return folder / "v.zip"

    return write


def arrays(**given_arrays: object) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        np.savez(folder / "v.npz", **given_arrays)
        return folder / "v.npz"

    return write


def test_the_words_that_are_known_are_picked_out_of_glove(tmp_path: Path) -> None:
    found = read_word_vectors(text(GLOVE)(tmp_path), WORDS)
    np.testing.assert_array_equal(found.found, [True, True, False, True])
    expected = [[0.11008, -0.38781, -0.57615], [0.418, 0.24968, -0.41242], [0, 0, 0], [-1e-05, 0.5, 7.25]]
    np.testing.assert_array_equal(found.vectors, np.asarray(expected, dtype=np.float32))
    assert (found.dim, found.tokens, found.repeated) == (3, 8, 1)
    covered, again = found.remarks()
    assert covered == (
        f"3 of the 4 words (75.0 %) have a vector of 3 numbers among the 8 of {tmp_path / 'v.txt'}; "
        "the most frequent without one: 'zebra'."
    )
    assert again.startswith("1 of the words stand more than once")


def test_the_first_line_of_fasttext_counts_and_lines_may_end_in_blanks(tmp_path: Path) -> None:
    found = read_word_vectors(text("2 3\r\nthe 1 2 3 \r\ndog 4 5 6 \r\n\r\n", "v.vec")(tmp_path), WORDS, dim=3)
    np.testing.assert_array_equal(found.vectors[:2], [[4, 5, 6], [1, 2, 3]])
    assert (found.tokens, found.repeated, len(found.remarks())) == (2, 0, 1)


def test_one_text_of_an_archive_is_chosen_by_its_numbers(tmp_path: Path) -> None:
    path = zipped(a_txt="dog 1 2\n", b_txt="dog 1 2 3\n", readme_md="read me")(tmp_path)
    assert read_word_vectors(path, WORDS, dim=3).origin == f"b.txt of {path}"
    np.testing.assert_array_equal(read_word_vectors(path, WORDS, dim=2).vectors[0], [1, 2])


@given(
    words=st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1), unique=True, min_size=1
    ),
    dim=st.integers(2, 7),
)
def test_text_gives_the_same_numbers_back(words: list[str], dim: int) -> None:
    vectors = drawn_vectors(words, dim)
    found = read_text(io.BytesIO(as_text(vectors).encode()), "text", words, None)
    np.testing.assert_array_equal(found.vectors, np.stack(list(vectors.values())))
    assert found.found.all()


@pytest.mark.parametrize("ending", [".txt", ".vec", ".zip", ".npz"])
def test_every_layout_holds_the_same(tmp_path: Path, ending: str) -> None:
    vectors = drawn_vectors([f"w{number}" for number in range(1201)], 47)
    path = write_word_vectors(tmp_path / f"v{ending}", vectors)
    wanted = ("w1200", "w0", "nothing", "w842")
    found = read_word_vectors(path, wanted, dim=47)
    np.testing.assert_array_equal(found.vectors[[0, 1, 3]], [vectors[wanted[place]] for place in (0, 1, 3)])
    assert found.tokens == 1201
    assert width_of_vectors(path) == width_of_vectors(path, dim=47) == 47
    with pytest.raises(DataError, match="vectors of 47 numbers, where 300 were asked for"):
        width_of_vectors(path, dim=300)
    assert found.found.tolist() == [True, True, False, True]


@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f8"])
@pytest.mark.parametrize("words", [np.array(["the", "dog"]), np.array([b"the", b"dog"])])
def test_arrays_of_any_name_and_width(tmp_path: Path, dtype: str, words: np.ndarray) -> None:
    path = arrays(itos=words, weight=np.array([[1, 2.5], [3, 4]], dtype=dtype), seen=np.arange(2))(tmp_path)
    np.testing.assert_array_equal(read_word_vectors(path, WORDS).vectors[:2], [[3, 4], [1, 2.5]])


@pytest.mark.parametrize("ending", [".txt", ".zip", ".npz"])
def test_memory_is_that_of_the_wanted_words(tmp_path: Path, ending: str) -> None:
    path = write_word_vectors(tmp_path / f"v{ending}", drawn_vectors([f"w{number}" for number in range(6_000)], 101))
    tracemalloc.start()
    read_word_vectors(path, ("w7", "w5999"))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2**20 < 6_000 * 101 * 4


NAN = "dog 1 nan 3\n"
BAD: dict[str, tuple[Callable[[Path], Path], int | None, str]] = {
    "absent": (lambda folder: folder / "v.txt", None, "cannot be read"),
    "a pickle": (text(pickle.dumps({"dog": [1.0]}), "v.pt"), None, "pickles, such as .pt, are never loaded"),
    "empty": (text(""), None, "begins with '', expected a word and its numbers"),
    "no numbers": (text("dog cat\n"), None, "begins with 'dog cat', expected a word"),
    "too wide": (text("9 99999\n"), None, "expected a word and its numbers"),
    "cut short": (
        text("the 1 2 3\ndog 1 2"),
        None,
        r"v.txt has 2 numbers in line 2 \(it begins with 'dog 1 2'\), expected 3",
    ),
    "a line too long": (text("the 1 2\ndog 1 2 3\n"), None, "has 3 numbers in line 2"),
    "no number": (text("the 1 2\ndog 1 2,5\n"), None, "has '2,5' for a number in line 2"),
    "two blanks": (text("the 1 2\ndog 1  2\n"), None, "line 2"),
    "not finite": (text(NAN), None, "gives 'dog' a number that is none, or too large, in line 1"),
    "too large": (text("dog 1 1e39 3\n"), None, "gives 'dog' a number that is none, or too large"),
    "none of the words": (text("zebu 1 2\nDog 1 2\n"), None, "has a vector for none of the 4 words, such as 'dog'"),
    "other numbers": (text("dog 1 2 3\n"), 300, "has vectors of 3 numbers, where 300 were asked for"),
    "fewer than announced": (text("3 2\ndog 1 2\nthe 1 2\n"), None, "announces 3 words and holds 2"),
    "one long line": (text(b"dog " + b"1" * (1 << 20)), None, "a line of over 1,048,576 bytes, line 1"),
    "no archive": (text("dog 1 2", "v.zip"), None, "is no whole archive that can be read"),
    "no text inside": (zipped(readme_md="x"), None, "holds no text of word vectors"),
    "many texts": (
        zipped(a_txt="dog 1 2", b_txt="dog 1"),
        None,
        r"holds a.txt \(2\), b.txt \(1\), and no dim was given",
    ),
    "none of many": (zipped(a_txt="dog 1 2", b_txt="dog 1"), 5, "0 of them have the 5 numbers asked for"),
    "two of many": (zipped(a_txt="dog 1 2", b_txt="cat 1 2"), 2, "2 of them have the 2 numbers asked for"),
    "objects": (
        arrays(words=np.array(["dog"], dtype=object), vectors=np.ones((1, 2))),
        None,
        "Python objects in 'words.npy', which only a pickle gives back",
    ),
    "no words": (arrays(vectors=np.ones((1, 2))), None, r"holds vectors float64 \(1, 2\), expected one array of words"),
    "whole numbers": (
        arrays(words=np.array(["dog"]), vectors=np.ones((1, 2), int)),
        None,
        "expected one array of words",
    ),
    "unequal": (arrays(words=np.array(["a", "b"]), vectors=np.ones((1, 2))), None, "holds 2 words and 1 vectors"),
    "by columns": (
        arrays(words=np.array(["a", "b"]), vectors=np.asfortranarray(np.ones((2, 2)))),
        None,
        "column by column",
    ),
    "no width": (arrays(words=np.array(["a"]), vectors=np.ones((1, 0))), None, "claims vectors of 0 numbers"),
    "other numbers in npz": (arrays(words=np.array(["a"]), vectors=np.ones((1, 2))), 3, "where 3 were asked for"),
    "nan in npz": (
        arrays(words=np.array(["a", "dog"]), vectors=np.array([[1], [np.nan]])),
        None,
        "gives 'dog' a number that is none, or too large, in row 1",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, case: str) -> None:
    write, dim, expected = BAD[case]
    with pytest.raises(DataError, match=expected):
        read_word_vectors(write(tmp_path), WORDS, dim=dim)


def test_a_member_that_is_no_array_or_ends_early(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("words.npy", "dog")
    with pytest.raises(DataError, match=r"holds 'words.npy', which is no array"):
        read_word_vectors(path, WORDS)
    whole = io.BytesIO()
    np.save(whole, np.ones((5, 3), dtype=np.float32))
    words = io.BytesIO()
    np.save(words, np.array(["a", "b", "c", "d", "e"]))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("words.npy", words.getvalue())
        archive.writestr("vectors.npy", whole.getvalue()[:-13])
    with pytest.raises(DataError, match=r"ends within 'vectors.npy', 2 rows too early"):
        read_word_vectors(path, WORDS)


@pytest.mark.parametrize("ending", [".zip", ".npz"])
def test_a_damaged_archive_is_refused(tmp_path: Path, ending: str) -> None:
    path = write_word_vectors(tmp_path / f"v{ending}", drawn_vectors([f"w{number}" for number in range(999)], 13))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(bytes(content))
    with pytest.raises(DataError):
        read_word_vectors(path, WORDS)


@given(content=st.binary(max_size=101))
def test_whatever_bytes_come_they_are_read_or_refused(content: bytes) -> None:
    try:
        found = read_text(io.BytesIO(content), "bytes", ("a", "0"), None)
    except DataError:
        return  # any other error fails
    assert found.vectors.shape == (2, found.dim)
    assert np.isfinite(found.vectors).all()
    assert found.tokens >= found.found.sum()
