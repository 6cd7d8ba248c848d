"""Samples side by side: the first pictures of each data set, as they are."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.errors import DataError
from scanpath_attention_rnn.data.digits.dataset import MREF
from scanpath_attention_rnn.figures import samples, sheet


def test_a_column_a_data_set_and_a_row_a_picture(world):
    found = samples.draw_samples(["mref", "mref"], "test", 2, world)
    assert found.width == 2 * sheet.MARGIN + 2 * samples.SIDE + sheet.GAP
    split = MREF(world).open("test")
    second = split.images.read(split.image_names[int(np.unique(split.image_ids)[1])])
    tile = np.asarray(samples.sized(second))
    assert tile.shape == (224, 224, 3)
    pixels = np.asarray(found)
    top = found.height - sheet.MARGIN - sheet.LINE - samples.SIDE
    for left in (sheet.MARGIN, sheet.MARGIN + samples.SIDE + sheet.GAP):
        np.testing.assert_array_equal(pixels[top : top + samples.SIDE, left : left + samples.SIDE], tile)


def test_more_pictures_than_there_are(world):
    with pytest.raises(DataError, match=r"mref/test has \d pictures, 50 were asked for: ask for fewer"):
        samples.draw_samples(["mref"], "test", 50, world)
