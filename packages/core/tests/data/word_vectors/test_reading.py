"""Word vectors out of text, archives and npz: golden lines typed by hand, and every way to be wrong."""

from __future__ import annotations

import pickle
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.word_vectors import read_word_vectors
from scanpath.data.word_vectors.writing import drawn_vectors, write_word_vectors
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


@pytest.mark.parametrize("ending", [".txt", ".zip", ".npz"])
def test_memory_is_that_of_the_wanted_words(tmp_path: Path, ending: str) -> None:
    path = write_word_vectors(tmp_path / f"v{ending}", drawn_vectors([f"w{number}" for number in range(6_000)], 101))
    tracemalloc.start()
    read_word_vectors(path, ("w7", "w5999"))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2**20 < 6_000 * 101 * 4


BAD: dict[str, tuple[Callable[[Path], Path], int | None, str]] = {
    "absent": (lambda folder: folder / "v.txt", None, "cannot be read"),
    "a pickle": (text(pickle.dumps({"dog": [1.0]}), "v.pt"), None, "pickles, such as .pt, are never loaded"),
    "none of the words": (text("zebu 1 2\nDog 1 2\n"), None, "has a vector for none of the 4 words, such as 'dog'"),
    "no archive": (text("dog 1 2", "v.zip"), None, "is no whole archive that can be read"),
    "no text inside": (zipped(readme_md="x"), None, "holds no text of word vectors"),
    "many texts": (
        zipped(a_txt="dog 1 2", b_txt="dog 1"),
        None,
        r"holds a.txt \(2\), b.txt \(1\), and no dim was given",
    ),
    "none of many": (zipped(a_txt="dog 1 2", b_txt="dog 1"), 5, "0 of them have the 5 numbers asked for"),
    "two of many": (zipped(a_txt="dog 1 2", b_txt="cat 1 2"), 2, "2 of them have the 2 numbers asked for"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, case: str) -> None:
    write, dim, expected = BAD[case]
    with pytest.raises(DataError, match=expected):
        read_word_vectors(write(tmp_path), WORDS, dim=dim)


@pytest.mark.parametrize("ending", [".zip", ".npz"])
def test_a_damaged_archive_is_refused(tmp_path: Path, ending: str) -> None:
    path = write_word_vectors(tmp_path / f"v{ending}", drawn_vectors([f"w{number}" for number in range(999)], 13))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(bytes(content))
    with pytest.raises(DataError):
        read_word_vectors(path, WORDS)
