"""Arrays survive their file, other libraries read it, and what is not whole is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from scanpath.data.mapped import map_arrays, write_arrays

ARRAYS = {
    "small": np.asarray([1, 255], dtype=np.uint8),
    "ids": np.asarray([2**60, -1], dtype=np.int64),
    "flags": np.asarray([True, False, True]),
    "none": np.empty(0, dtype=np.int32),
    "table": np.arange(6, dtype=np.uint16).reshape(2, 3)[:, ::-1],
}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_arrays(tmp_path / "x.safetensors", ARRAYS, {"name": "ä", "remarks": []})
    return tmp_path / "x.safetensors"


def test_arrays_and_facts_are_read_as_they_were_written(written: Path) -> None:
    found, facts = map_arrays(written)
    assert facts == {"name": "ä", "remarks": []}
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array, strict=True)
        assert found[name].ctypes.data % array.dtype.itemsize == 0
    for name, array in load_file(written).items():
        np.testing.assert_array_equal(array, ARRAYS[name], strict=True)


def test_what_is_written_to_arrays_changes_no_file(written: Path) -> None:
    before = written.read_bytes()
    found, _ = map_arrays(written)
    found["ids"][0] = 3
    assert (written.read_bytes(), map_arrays(written)[0]["ids"][0]) == (before, 2**60)


def test_every_cut_and_other_file_is_refused(written: Path) -> None:
    whole = written.read_bytes()
    for cut in range(0, len(whole), 3):
        written.write_bytes(whole[:cut])
        with pytest.raises(ValueError, match=r"."):
            map_arrays(written)
    for other in (b"[1, 2]", whole + b"x", b"\xff" * 99, _with_header([]), _with_header({"__metadata__": 3})):
        written.write_bytes(other)
        with pytest.raises(ValueError, match=r"."):
            map_arrays(written)


@pytest.mark.parametrize(
    ("key", "value"), [("dtype", "F64"), ("dtype", None), ("shape", [9]), ("shape", 3), ("data_offsets", [0])]
)
def test_a_header_that_does_not_fit_is_refused(tmp_path: Path, key: str, value: object) -> None:
    entry = {"dtype": "U8", "shape": [2], "data_offsets": [0, 2], key: value}
    (tmp_path / "x").write_bytes(_with_header({"__metadata__": {"facts": "1"}, "a": entry}, b"ab"))
    with pytest.raises(ValueError, match=r"."):
        map_arrays(tmp_path / "x")


def _with_header(value: object, content: bytes = b"") -> bytes:
    header = json.dumps(value).encode()
    return len(header).to_bytes(8, "little") + header + content
