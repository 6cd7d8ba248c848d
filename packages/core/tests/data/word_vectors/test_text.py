"""Lines of word vectors: what is written is read, and every way for a line to be wrong."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.word_vectors.text import read_text, text_dim
from scanpath.data.word_vectors.writing import as_text, drawn_vectors
from scanpath.errors import DataError

WORDS = ("dog", "the", "zebra", "caf\u00e9")


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


@given(content=st.binary(max_size=101))
def test_whatever_bytes_come_they_are_read_or_refused(content: bytes) -> None:
    try:
        found = read_text(io.BytesIO(content), "bytes", ("a", "0"), None)
    except DataError:
        return  # any other error fails
    assert found.vectors.shape == (2, found.dim)
    assert np.isfinite(found.vectors).all()
    assert found.tokens >= found.found.sum()


BAD: dict[str, tuple[str | bytes, int | None, str]] = {
    "empty": ("", None, "begins with '', expected a word and its numbers"),
    "no numbers": ("dog cat\n", None, "begins with 'dog cat', expected a word"),
    "too wide": ("9 99999\n", None, "expected a word and its numbers"),
    "cut short": ("the 1 2 3\ndog 1 2", None, r"has 2 numbers in line 2 \(it begins with 'dog 1 2'\), expected 3"),
    "a line too long": ("the 1 2\ndog 1 2 3\n", None, "has 3 numbers in line 2"),
    "no number": ("the 1 2\ndog 1 2,5\n", None, "has '2,5' for a number in line 2"),
    "two blanks": ("the 1 2\ndog 1  2\n", None, "line 2"),
    "not finite": ("dog 1 nan 3\n", None, "gives 'dog' a number that is none, or too large, in line 1"),
    "too large": ("dog 1 1e39 3\n", None, "gives 'dog' a number that is none, or too large"),
    "other numbers": ("dog 1 2 3\n", 300, "has vectors of 3 numbers, where 300 were asked for"),
    "fewer than announced": ("3 2\ndog 1 2\nthe 1 2\n", None, "announces 3 words and holds 2"),
    "one long line": (b"dog " + b"1" * (1 << 20), None, "a line of over 1,048,576 bytes, line 1"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_one_sentence(case: str) -> None:
    content, dim, expected = BAD[case]
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataError, match=f"^v.txt .*{expected}"):
        read_text(stream, "v.txt", WORDS, dim)


def test_the_first_line_tells_how_many_numbers_there_are() -> None:
    assert text_dim(io.BytesIO(b"dog 1 2 3\n"), "v.txt") == 3
    assert text_dim(io.BytesIO(b"2 5\ndog 1 2 3 4 5\n"), "v.txt") == 5  # fastText's: words and numbers
