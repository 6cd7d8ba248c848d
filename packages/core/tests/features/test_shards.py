import json

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from safetensors.torch import load_file as load_torch

from scanpath.errors import DataError
from scanpath.features.shards import ALIGNMENT, Field, Form, file_bytes, header, map_tensors, write_tensors


def written(path):
    fields = Form("bfloat16", 3, boxes=True).fields(2, 5)
    parts = {
        "image_ids": [np.array([7]), np.array([2])],
        "starts": [np.array([0, 2, 5])],
        "boxes": [np.arange(20, dtype=np.float32).reshape(5, 4)],
        "features": [np.full((2, 3), 0x3F80, np.uint16), np.full((3, 3), 0xC000, np.uint16)],
    }
    return fields, write_tensors(path, fields, parts)


def test_another_library_reads_the_file(tmp_path):
    fields, digest = written(tmp_path / "x.safetensors")
    tensors = load_torch(tmp_path / "x.safetensors")
    assert {name: tuple(tensor.shape) for name, tensor in tensors.items()} == {one.name: one.shape for one in fields}
    assert tensors["features"].dtype == torch.bfloat16
    assert tensors["features"][:, 0].tolist() == [1, 1, -2, -2, -2]
    assert tensors["image_ids"].tolist() == [7, 2]
    assert len(digest) == 64


@pytest.mark.parametrize("dtype", ["float16", "float32", "int8"])
def test_numpy_types_are_read_by_another_library(tmp_path, dtype):
    fields = Form(dtype, 3, boxes=False).fields(1, 2)
    parts = {
        "image_ids": [np.array([7])],
        "starts": [np.array([0, 2])],
        "scales": [np.ones(2, np.float32)],
        "features": [np.arange(6).reshape(2, 3).astype(dtype)],
    }
    write_tensors(tmp_path / "x.safetensors", fields, parts)
    read = load_file(tmp_path / "x.safetensors")
    assert ("scales" in read) == (dtype == "int8")
    assert read["features"].dtype == dtype
    assert read["features"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_the_header_is_typed_out():
    text = header((Field("x", "float16", (2, 3)), Field("y", "int64", (1,))))
    assert len(text) % ALIGNMENT == 0
    assert int.from_bytes(text[:8], "little") == len(text) - 8
    described = json.loads(text[8:])
    assert described["x"] == {"dtype": "F16", "shape": [2, 3], "data_offsets": [0, 12]}
    assert described["y"] == {"dtype": "I64", "shape": [1], "data_offsets": [12, 20]}


def test_mapped_tensors_cannot_be_written(tmp_path):
    fields, _ = written(tmp_path / "x.safetensors")
    mapped = map_tensors(tmp_path / "x.safetensors", fields, remake="make it again")
    assert mapped["starts"].tolist() == [0, 2, 5]
    with pytest.raises(ValueError, match="read-only"):
        mapped["features"][0, 0] = 1


def test_a_file_of_other_tensors_is_refused(tmp_path):
    fields, _ = written(tmp_path / "x.safetensors")
    other = Form("float16", 3, boxes=True).fields(2, 5)
    assert file_bytes(other) == file_bytes(fields)
    with pytest.raises(DataError, match=r"or other tensors\): make it again\.$"):
        map_tensors(tmp_path / "x.safetensors", other, remake="make it again")


def test_too_few_numbers_are_noticed(tmp_path):
    fields = (Field("x", "float32", (3,)),)
    with pytest.raises(ValueError, match="bytes were given"):
        write_tensors(tmp_path / "x.safetensors", fields, {"x": [np.zeros(2, np.float32)]})
