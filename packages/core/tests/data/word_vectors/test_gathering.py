"""What is kept of a file's vectors, and what is told of the words that it lacks."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.data.word_vectors.gathering import Gatherer
from scanpath.errors import DataError


def gathered(*tokens: str) -> Gatherer:
    gatherer = Gatherer(("dog", "cat", "zebra", "emu"), 2, "v.txt")
    for number, token in enumerate(tokens):
        if gatherer.wants(token.encode()):
            gatherer.keep(token.encode(), np.array([number, number + 0.5]), f"line {number}")
    return gatherer


def test_the_first_vector_of_a_wanted_word_is_kept() -> None:
    found = gathered("the", "cat", "dog", "cat", "the", "cat").result()
    np.testing.assert_array_equal(found.vectors, [[2, 2.5], [1, 1.5], [0, 0], [0, 0]])
    assert found.found.tolist() == [True, True, False, False]
    assert (found.dim, found.tokens, found.repeated) == (2, 6, 1)  # cat came again, twice: one word
    assert found.vectors.dtype == np.float32


def test_what_is_lacking_is_told() -> None:
    found = gathered("cat", "cat").result()
    assert found.remarks(most=2) == [
        (
            "1 of the 4 words (25.0 %) have a vector of 2 numbers among the 2 of v.txt; "
            "the most frequent without one: 'dog', 'zebra'."
        ),
        "1 of the words stand more than once in v.txt: the first vector of each was taken.",
    ]
    assert "without one" not in gathered("dog", "cat", "zebra", "emu").result().remarks()[0]


@pytest.mark.parametrize("number", [np.nan, np.inf, 1e39])
def test_a_number_that_fp32_cannot_hold_is_refused(number: float) -> None:
    with pytest.raises(DataError, match=r"v.txt gives 'dog' a number that is none, or too large, in line 7"):
        gathered().keep(b"dog", np.array([0, number]), "line 7")
