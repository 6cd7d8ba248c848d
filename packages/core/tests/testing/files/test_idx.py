from __future__ import annotations

from pathlib import Path

import numpy as np

from scanpath.testing.files.idx import idx_bytes, write_mnist


def test_the_bytes_are_those_of_the_format() -> None:
    assert idx_bytes(np.asarray([[[1, 2]], [[3, 255]]], np.uint8)).hex() == (
        "00000803" + "00000002" + "00000001" + "00000002" + "010203ff"
    )
    assert idx_bytes(np.asarray([7], np.uint8)).hex() == "00000801" + "00000001" + "07"


def test_the_files_have_the_official_names_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_mnist(tmp_path / folder, "test", np.zeros((3, 2, 2), np.uint8), np.zeros(3, np.uint8))
    names = sorted(file.name for file in (tmp_path / "a").iterdir())
    assert names == ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
