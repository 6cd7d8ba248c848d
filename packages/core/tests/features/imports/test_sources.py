import numpy as np
import pytest

from scanpath.errors import DataError
from scanpath.features.imports.sources import file_facts, regions_last, unit_boxes


def test_boxes_are_divided_by_the_pictures_size():
    boxes = unit_boxes(np.array([[0, 10, 64, 20.0]]), 64, 40)
    assert boxes.dtype == np.float32
    assert boxes.tolist() == [[0, 0.25, 1, 0.5]]


@pytest.mark.parametrize(
    ("corners", "why"),
    [
        ([0, 0, 66, 5], r"box 0 \(0, 0, 66, 5\) lies outside the picture of 64x40"),
        ([-2, 0, 6, 5], "lies outside"),
        ([9, 0, 6, 5], "ends before it begins"),
        ([0, 6, 6, 5], "ends before it begins"),
        ([0, 6, 6, np.nan], "not a finite number"),
        ([0, 6, np.inf, 7], "not a finite number"),
    ],
)
def test_boxes_that_cannot_be_are_refused(corners, why):
    with pytest.raises(DataError, match=why):
        unit_boxes(np.array([corners], dtype=np.float64), 64, 40)


def test_axes_are_brought_into_order():
    grid = np.arange(30).reshape(5, 2, 3)
    assert (regions_last(grid)[1, 2] == grid[:, 1, 2]).all()
    boxes = np.arange(10).reshape(2, 5)
    assert (regions_last(boxes) == boxes).all()
    assert (regions_last(boxes.T) == boxes).all()


@pytest.mark.parametrize("shape", [(3,), (3, 3), (2, 3, 5, 7)])
def test_other_axes_are_refused(shape):
    with pytest.raises(DataError, match="expected"):
        regions_last(np.zeros(shape))


def test_facts_name_files_and_lengths(tmp_path):
    (tmp_path / "x").write_bytes(b"123")
    assert file_facts("k", [tmp_path / "x"]) == {"kind": "k", "files": [["x", 3]]}
