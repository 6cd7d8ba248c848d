"""Tiles are of the question that is asked for, and named as they are drawn."""

from __future__ import annotations

import numpy as np

from scanpath_attention_rnn.figures import sheet, tiles


def test_tiles_are_of_the_question_that_is_asked_for(network, drawn):
    looks = network({"name": "attention_rnn", "hidden": 2}).look([drawn.picture], ["1", "7"], [0, 0])
    found = tiles.tiles_of(looks, 1, drawn.picture, "features")
    assert [tile.size for tile in found] == [(200, 200)] * 5
    assert tiles.heads_of(looks, "features") == [
        "pool1, 50 x 50", "pool2, 25 x 25", "pool3, 12 x 12", "product of these", "product of maps"
    ]  # fmt: skip
    expected = sheet.heat(looks.features[0][1].numpy(), (200, 200))
    np.testing.assert_array_equal(np.asarray(found[0]), np.asarray(expected))
    of_maps = tiles.tiles_of(looks, 1, drawn.picture, "maps")
    expected = sheet.over(drawn.picture, looks.maps["pool2"][1, 0].numpy())
    np.testing.assert_array_equal(np.asarray(of_maps[1]), np.asarray(expected))
    assert (len(of_maps), len(tiles.heads_of(looks, "maps"))) == (4, 4)
    np.testing.assert_array_equal(np.asarray(of_maps[-1]), np.asarray(found[-1]))
    expected = sheet.over(drawn.picture, looks.attended[1].numpy())
    np.testing.assert_array_equal(np.asarray(found[-2]), np.asarray(expected))
