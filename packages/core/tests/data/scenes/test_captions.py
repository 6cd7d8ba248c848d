from __future__ import annotations

from pathlib import Path

from scanpath.data.catalogue import open_split
from scanpath.data.scenes.captions import captions
from scanpath.data.scenes.layout import Layout
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.randomness import Draws
from scanpath.data.scenes.world import Thing
from scanpath.files import read_json

SCENE = [
    Thing(0, 0, 0, 20, 20, 10),
    Thing(1, 2, 1, 60, 20, 16),
    Thing(1, 2, 0, 100, 100, 10),
]


def test_captions_are_true() -> None:
    for seed in range(29):
        relation, counts, colors, among, sizes = captions(SCENE, SceneOptions(), Draws(seed))
        assert counts.endswith("one circle and two squares.")
        assert colors in {
            "three shapes on a gray ground, one of them red.",
            "three shapes on a gray ground, two of them blue.",
        }
        assert among.endswith("among two other shapes.")
        assert sizes == "three colored shapes, one large and two small."
        if relation.endswith(("red circle.", "small red circle.")):
            assert "to the left of" not in relation
            assert "above" not in relation


def test_files_have_five_captions_a_picture_in_coco_form(small_world: Path) -> None:
    value = read_json(Layout(small_world / "scenes").captions("val"))
    split = open_split("scenes", "val", small_world)
    assert {image["id"]: image["file_name"] for image in value["images"]} == split.image_names
    assert {(image["height"], image["width"]) for image in value["images"]} == {(64, 64)}
    of_image: dict[int, list[str]] = {}
    for entry in value["annotations"]:
        of_image.setdefault(entry["image_id"], []).append(entry["caption"])
    assert set(of_image) == set(split.image_names)
    assert all(len(set(texts)) == 5 for texts in of_image.values())
    assert len({entry["id"] for entry in value["annotations"]}) == 5 * 53
