"""Pictures come in one size; what their pixels are like is what a loop over all of them says."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from scanpath.data.labelled import LabelledSplit
from scanpath.errors import DataError
from scanpath.tasks.classification import pictures
from scanpath.tasks.classification.pictures import Form, PictureDataset

AS_THEY_ARE = Form(None)


class Listed:
    """Pictures that are decoded one by one, of any size."""

    def __init__(self, found: list[np.ndarray]) -> None:
        self.found = found
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, row: int) -> np.ndarray:
        self.asked.append(row)
        return self.found[row]


def dataset(found: object, form: Form = AS_THEY_ARE) -> PictureDataset:
    keys = [f"p{number}" for number in range(len(found))]
    return PictureDataset(LabelledSplit("own/train", keys, found, {}), np.arange(len(found)), form)


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def test_a_picture_has_its_key_and_its_class() -> None:
    found = noise(5, 3, 7, 11)
    key, picture, label = dataset(found)[3]
    assert (key, label) == ("p3", 3)
    assert np.array_equal(picture, found[3])


@pytest.mark.parametrize("channels", [1, 3])
def test_statistics_are_those_of_all_pixels(channels: int) -> None:
    found = noise(5, channels, 7, 11)
    statistics = dataset(found).statistics()
    pixels = np.broadcast_to(found, (5, 3, 7, 11)).astype(np.float64) / 255
    assert statistics.mean == pytest.approx(pixels.mean((0, 2, 3)))
    assert statistics.deviation == pytest.approx(pixels.std((0, 2, 3)))


def test_a_colour_that_never_changes_is_not_divided_by_nothing() -> None:
    assert dataset(np.full((2, 3, 5, 5), 51, np.uint8)).statistics().deviation == (1, 1, 1)


def test_pictures_to_decode_are_measured_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MEASURED", 4)
    listed = Listed(list(noise(10, 3, 5, 5)))
    one = dataset(listed)
    listed.asked.clear()
    one.statistics()
    assert listed.asked == [0, 3, 6, 9]
    assert (one.measured, dataset(noise(10, 3, 5, 5)).measured) == (4, 10)


def test_the_centre_of_the_shorter_side_is_kept_or_both_are_stretched() -> None:
    tall = np.zeros((3, 20, 12), dtype=np.uint8)
    tall[:, 4:16] = 255
    assert Form(6).bring(tall).min() > 200  # the middle 12 rows, smoothed at their ends, and all columns
    warped = Form(6, "warp").bring(tall)
    assert warped.shape == (3, 6, 6)
    assert warped[:, 0].max() < 50  # the dark rows at the top are still there
    assert warped[:, 3].min() == 255
    grey = Form(6).bring(tall[:1])
    assert np.array_equal(grey, Form(6).bring(tall)[:1])
    assert Form(None).bring(tall) is tall


def test_sizes_that_differ_are_refused_with_the_way_out() -> None:
    mixed = Listed([noise(3, 5, 7), noise(3, 5, 9), noise(1, 5, 7)])
    found = dataset(mixed)
    with pytest.raises(DataError, match=r"p1 is 9x5 pixels in colours, where p0 is 7x5 .*task.side=64"):
        found[1]
    with pytest.raises(DataError, match="p2 is 7x5 pixels in grey"):
        found[2]
    assert dataset(mixed, Form(4))[1][1].shape == (3, 4, 4)
    with pytest.raises(DataError, match=r"are 7x5 pixels in colours, and the model learns from 8x8"):
        found.refuse_other_than((3, 8, 8))
    with pytest.raises(DataError, match="own/train has no pictures"):
        dataset(Listed([]))


def test_a_loader_in_another_process_reads_the_same() -> None:
    found = dataset(noise(5, 3, 7, 11))
    assert np.array_equal(pickle.loads(pickle.dumps(found))[2][1], found[2][1])
