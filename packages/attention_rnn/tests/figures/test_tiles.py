"""Tiles are of the question that is asked for, and named as they are drawn."""

from __future__ import annotations

import numpy as np

from scanpath_attention_rnn.figures import sheet, tiles


def test_tiles_are_of_the_question_that_is_asked_for(network, drawn):
    looks = network({"name": "attention_rnn", "hidden": 2}).look([drawn.picture], ["1", "7"], [0, 0])
    found = tiles.tiles_of(looks, 1, drawn.picture, "features")
    assert [tile.size for tile in found.values()] == [(200, 200)] * 5
    assert list(found) == [
        "pool1, 50 x 50", "pool2, 25 x 25", "pool3, 12 x 12", "product of these", "product of maps"
    ]  # fmt: skip
    expected = sheet.heat(looks.features[0][1].numpy(), (200, 200))
    np.testing.assert_array_equal(np.asarray(found["pool1, 50 x 50"]), np.asarray(expected))
    of_maps = tiles.tiles_of(looks, 1, drawn.picture, "maps")
    expected = sheet.over(drawn.picture, looks.maps["pool2"][1, 0].numpy())
    np.testing.assert_array_equal(np.asarray(of_maps["pool2, 25 x 25"]), np.asarray(expected))
    assert list(of_maps) == [name for name in found if name != "product of these"]
    np.testing.assert_array_equal(np.asarray(of_maps["product of maps"]), np.asarray(found["product of maps"]))
    expected = sheet.over(drawn.picture, looks.attended[1].numpy())
    np.testing.assert_array_equal(np.asarray(found["product of these"]), np.asarray(expected))


def test_networks_that_look_behind_the_last_layer_alone_have_a_column_among_others(network, drawn):
    asked = [drawn.picture], ["1"], [0]
    last, every = (network("local", places=places).look(*asked) for places in ("last", "all"))
    assert tiles.heads_of([last], "maps") == ["pool3, 12 x 12", "product of maps"]
    assert tiles.heads_of([last, every], "maps") == tiles.heads_of([every], "maps")
    assert list(tiles.tiles_of(last, 0, drawn.picture, "maps")) == ["pool3, 12 x 12", "product of maps"]
