from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from scanpath.data.catalogue import open_split
from scanpath.data.sheet import _object, draw_sheet, place_of
from scanpath.errors import ConfigError, DataError


def test_a_sheet_shows_pictures_and_text(small_world: Path, tmp_path: Path) -> None:
    split = open_split("scenes", "val", small_world)
    draw_sheet(split, tmp_path / "deep" / "sheet.png", index=3, count=2)
    with Image.open(tmp_path / "deep" / "sheet.png") as sheet:
        assert sheet.height > 2 * 256
        darkest, brightest = sheet.convert("L").crop((290, 0, sheet.width, sheet.height)).getextrema()
        assert darkest < 64
        assert brightest == 255


def test_the_objects_of_a_picture_are_listed(small_world: Path, tmp_path: Path) -> None:
    """One line each: a sheet of a picture with more objects than fit beside it grows by them."""
    split = open_split("scenes", "val", small_world)
    assert split.grounding is not None
    things = [
        {"shape": "cube", "size": "large", "color": "gray", "material": "metal", "pixel_coords": [269, 88, 12.5]},
        {"shape": "ring", "size": "small", "color": "red", "pixel_coords": [7.4, 8.6]},
    ]
    assert list(map(_object, things)) == ["large gray metal cube at 269, 88", "small red ring at 7, 9"]
    known = SimpleNamespace(attributes=lambda image: things * 10)
    heights = []
    for grounding in (None, known):
        draw_sheet(dataclasses.replace(split, grounding=grounding), tmp_path / "sheet.png", count=1)
        with Image.open(tmp_path / "sheet.png") as sheet:
            heights.append(sheet.height)
    assert heights[1] > heights[0] >= 256


def test_what_cannot_be_shown_is_said(small_world: Path, tmp_path: Path) -> None:
    split = open_split("scenes", "val", small_world)
    for index in (53, -1):
        with pytest.raises(ConfigError, match=f"picture {index} of scenes/val was asked for, expected 0 to 52"):
            draw_sheet(split, tmp_path / "sheet.png", index=index)
    with pytest.raises(DataError, match="was opened without pictures"):
        draw_sheet(dataclasses.replace(split, images=None), tmp_path / "sheet.png")


def test_a_picture_is_found_by_its_id(small_world: Path) -> None:
    split = open_split("scenes", "val", small_world).take([7, 300, 41])
    known = sorted(set(split.image_ids.tolist()))
    assert [place_of(split, image) for image in known] == list(range(len(known)))
    for image in (known[0] - 1, known[0] + 1, known[-1] + 1):
        with pytest.raises(ConfigError, match=f"about the picture {image}: its 3 pictures have other ids"):
            place_of(split, image)
