"""What the pages share: templates that escape, pictures that fit."""

from __future__ import annotations

import base64
import dataclasses
import io

import jinja2
import numpy as np
import pytest
from PIL import Image

from scanpath.report.rendering import LARGEST, environment, picture_uri, tiles


def opened(uri):
    return Image.open(io.BytesIO(base64.b64decode(uri.split(",", 1)[1])))


def test_templates_escape_and_refuse_what_they_are_not_given():
    assert environment().from_string("{{ word }}").render(word="<b>") == "&lt;b&gt;"
    with pytest.raises(jinja2.UndefinedError):
        environment().from_string("{{ word }}").render()


def test_a_photograph_is_shrunk_and_a_small_picture_enlarged(content):
    (example,) = content.examples
    assert min(opened(picture_uri(example)).size) >= 192
    photograph = dataclasses.replace(example, picture=np.zeros((601, 907, 3), dtype=np.uint8), target=None)
    (answered,) = [one for one in example.answered if one.row == "hops"]
    for uri in (picture_uri(photograph), tiles(photograph, answered)[0][1]):
        width, height = opened(uri).size
        assert width == LARGEST
        assert height == round(LARGEST * 601 / 907)


def test_maps_without_names_are_numbered(content):
    (example,) = content.examples
    by_row = {one.row: one for one in example.answered}
    assert [name for name, _ in tiles(example, by_row["mean"])] == ["map 1"]
    assert [name for name, _ in tiles(example, by_row["hops"])] == ["hop 1", "hop 2"]
    assert tiles(example, by_row["prior"]) == []


def test_maps_over_layers_are_drawn_layer_by_layer_and_those_of_no_known_place_too(content):
    (example,) = content.examples
    cell = [[0.0, 0.0, 1.0, 1.0]]
    over = dataclasses.replace(example.answered[0], maps=np.array([[0.3, 0.7]]), names=("layer 1",))
    assert [name for name, _ in tiles(dataclasses.replace(example, boxes=np.array(cell * 2)), over)] == [
        "layer 1",
        "layer 2",
    ]
    assert [name for name, _ in tiles(dataclasses.replace(example, boxes=None), over)] == ["layer 1"]


def test_a_hard_choice_is_drawn_as_a_mask(content):
    grey = np.full((20, 30, 3), 120, dtype=np.uint8)
    example = dataclasses.replace(content.examples[0], picture=grey, target=None)
    kept = dataclasses.replace(example.answered[-1], maps=np.array([[[1.0, 0.0]]]), names=("map 1",), kind="hard")
    ((_, uri),) = tiles(example, kept)
    drawn = np.asarray(opened(uri).convert("RGB"))
    assert (drawn[:, :140] == 120).all(), "kept cells are the picture's own"
    assert (drawn[:, 155:] < 60).all()
    ((_, soft),) = tiles(example, dataclasses.replace(kept, kind="soft"))
    assert (np.asarray(opened(soft).convert("RGB"))[:, :140] != 120).any()


def test_the_outline_marks_the_object(content):
    (example,) = content.examples
    without = dataclasses.replace(example, target=None)
    empty = dataclasses.replace(example, target=np.zeros_like(example.target))
    assert picture_uri(example) != picture_uri(without)
    assert picture_uri(empty) == picture_uri(without)
