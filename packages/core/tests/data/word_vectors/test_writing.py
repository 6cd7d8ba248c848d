"""Files of drawn vectors are read back as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath.data.word_vectors import read_word_vectors, width_of_vectors
from scanpath.data.word_vectors.writing import as_text, drawn_vectors, write_word_vectors
from scanpath.errors import DataError


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


def test_text_gives_back_the_same_numbers_of_fp32() -> None:
    vectors = drawn_vectors(["a", "b"], 5, seed=3)
    lines = [line.split(" ") for line in as_text(vectors).splitlines()]
    assert [line[0] for line in lines] == ["a", "b"]
    np.testing.assert_array_equal(np.array([line[1:] for line in lines], dtype=np.float32), [*vectors.values()])
