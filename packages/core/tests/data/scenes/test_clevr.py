from __future__ import annotations

from pathlib import Path

import numpy as np

from scanpath.data.catalogue import open_split
from scanpath.data.scenes.clevr import boxes
from scanpath.data.scenes.drawing import RGB
from scanpath.data.scenes.layout import Layout
from scanpath.files import read_json


def test_boxes_reach_from_edge_to_edge() -> None:
    labels = np.zeros((5, 7), np.uint8)
    labels[1:3, 2:5] = 2
    labels[4, 6] = 1
    assert boxes(labels, 2) == [[6, 4, 7, 5], [2, 1, 5, 3]]


def test_scenes_say_what_the_pixels_show(small_world: Path) -> None:
    """Colours from the pictures, places from the masks: both must be as the scenes say."""
    split = open_split("scenes", "val", small_world)
    assert split.images is not None
    assert split.grounding is not None
    names = list(RGB)[:6]
    palette = np.asarray([RGB[name] for name in names])
    for image, name in split.image_names.items():
        picture, labels = split.images.read(name).astype(int), split.grounding.masks(image)
        items = split.grounding.attributes(image)
        assert labels.max() == len(items)
        for number, (item, box) in enumerate(zip(items, split.grounding.boxes(image), strict=True), start=1):
            mask = labels == number
            mean = np.median(picture[mask], axis=0)
            assert names[int(((palette - mean) ** 2).sum(axis=1).argmin())] == item["color"]
            rows, columns = np.nonzero(mask)
            assert abs(columns.mean() + 0.5 - item["pixel_coords"][0]) < 1
            assert abs(rows.mean() + 0.5 - item["pixel_coords"][1]) < 2
            if item["shape"] in {"circle", "square"}:
                assert (mask.sum() > 110) == (item["size"] == "large")
            expected = np.asarray([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / 64
            np.testing.assert_allclose(box, expected, rtol=1e-6)


def test_scenes_have_the_form_of_clevr(small_world: Path) -> None:
    value = read_json(Layout(small_world / "scenes").scenes("val"))
    assert len(value["scenes"]) == 53
    for index, scene in enumerate(value["scenes"]):
        assert scene["image_index"] == index
        for item in scene["objects"]:
            assert {"shape", "size", "material", "color", "3d_coords", "rotation", "pixel_coords"} <= set(item)
        places = [item["pixel_coords"] for item in scene["objects"]]
        assert set(scene["directions"]) == {"left", "right", "front", "behind", "above", "below"}
        for way, axis, sign in (("left", 0, -1), ("right", 0, 1), ("front", 1, 1), ("behind", 1, -1)):
            for i, others in enumerate(scene["relationships"][way]):
                expected = [j for j in range(len(places)) if sign * (places[j][axis] - places[i][axis]) > 0]
                assert others == expected
