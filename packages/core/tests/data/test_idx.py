from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from scanpath.data.idx import parse_idx
from scanpath.errors import DataError
from scanpath.testing.files.idx import idx_bytes

PATH = Path("train-images-idx3-ubyte")
#: Two images of two rows and three columns, typed by hand after the format's description.
GOLDEN = bytes.fromhex("00000803 00000002 00000002 00000003 000102 0304ff 101112 131415")


def test_the_golden_bytes() -> None:
    assert parse_idx(GOLDEN, PATH, 3).tolist() == [[[0, 1, 2], [3, 4, 255]], [[16, 17, 18], [19, 20, 21]]]
    assert parse_idx(bytes.fromhex("00000801 00000003 070201"), PATH, 1).tolist() == [7, 2, 1]


@given(arrays(np.uint8, array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5)))
def test_what_is_written_is_read(values) -> None:
    data = idx_bytes(values)
    np.testing.assert_array_equal(parse_idx(data, PATH, values.ndim), values)
    if values.size:
        with pytest.raises(DataError, match="cut short or damaged"):
            parse_idx(data[:-1], PATH, values.ndim)


@given(st.binary(max_size=40), st.sampled_from([1, 3]))
def test_any_bytes_are_an_array_or_a_sentence(data, dimensions) -> None:
    found = None
    with contextlib.suppress(DataError):
        found = parse_idx(data, PATH, dimensions)
    assert found is None or idx_bytes(found) == data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is no idx file .it begins with nothing."),
        (b"\x1f\x8b\x08\x00", "is no idx file .it begins with 1f 8b 08 00."),
        (bytes.fromhex("00000d03") + GOLDEN[4:], "holds floats, expected unsigned bytes"),
        (bytes.fromhex("00000003") + GOLDEN[4:], "holds the unknown type 0"),
        (bytes.fromhex("00000801 00000003 070201"), "has 1 dimensions, expected 3"),
        (GOLDEN[:15], "ends within its header of 16 bytes"),
        (GOLDEN + b"\0", r"holds 13 values, expected 12 \(2 x 2 x 3\)"),
    ],
)
def test_what_is_wrong_is_one_sentence(data, words) -> None:
    with pytest.raises(DataError, match=words):
        parse_idx(data, PATH, 3)
