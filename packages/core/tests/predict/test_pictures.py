"""A picture is read whatever its size and mode, and whatever it comes in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanpath.errors import DataError, MissingExtraError, ShapeError
from scanpath.predict.pictures import as_picture

RED, HALF = (200, 30, 10), (7, 11)


def test_a_file_an_image_and_an_array_are_the_same(tmp_path: Path, pixels: np.ndarray) -> None:
    Image.fromarray(pixels).save(tmp_path / "own.png")
    for given in (tmp_path / "own.png", str(tmp_path / "own.png"), Image.fromarray(pixels), pixels):
        np.testing.assert_array_equal(as_picture(given), pixels)


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16", "I"])
def test_every_mode_becomes_red_green_blue(mode: str) -> None:
    image = Image.new("RGB", HALF, "white").convert("L" if mode.startswith("I") else mode)
    if mode.startswith("I"):
        image = Image.fromarray(np.full(HALF[::-1], 65535, np.uint16 if mode == "I;16" else np.int32))
    assert image.mode == mode
    found = as_picture(image)
    assert found.dtype == np.uint8
    assert found.shape == (*HALF[::-1], 3)
    assert (found == 255).all()


def test_grey_and_transparent_arrays() -> None:
    np.testing.assert_array_equal(as_picture(np.full((3, 5), 9, np.uint8)), np.full((3, 5, 3), 9))
    seen = np.full((3, 5, 4), 255, np.uint8)
    seen[..., :3] = RED
    seen[0, 0, 3] = 0
    found = as_picture(seen)
    assert found[0, 0].tolist() == [255, 255, 255]
    assert found[2, 4].tolist() == list(RED)


def test_transparent_colours_of_a_palette_become_white(tmp_path: Path) -> None:
    image = Image.new("P", HALF, 0)
    image.putpalette([*RED, 1, 2, 3])
    image.putpixel((0, 0), 1)
    image.save(tmp_path / "palette.png", transparency=1)
    found = as_picture(tmp_path / "palette.png")
    assert found[0, 0].tolist() == [255, 255, 255]
    assert found[3, 4].tolist() == list(RED)


def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path, pixels: np.ndarray) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90 degrees, clockwise
    Image.fromarray(pixels).save(tmp_path / "turned.png", exif=exif)
    np.testing.assert_array_equal(as_picture(tmp_path / "turned.png"), np.rot90(pixels, -1))


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(DataError, match=r"the picture .*text.png is not a whole picture"):
        as_picture(tmp_path / "text.png")
    with pytest.raises(ShapeError, match=r"a picture of float64 \(3, 5, 3\) was given, expected uint8"):
        as_picture(np.zeros((3, 5, 3)))
    with pytest.raises(ShapeError, match=r"a picture of uint8 \(3, 5, 2\) was given"):
        as_picture(np.zeros((3, 5, 2), np.uint8))
    with pytest.raises(ShapeError, match="expected one with pixels"):
        as_picture(np.zeros((0, 5, 3), np.uint8))
    with pytest.raises(ShapeError, match="a list was given for a picture"):
        as_picture([[1, 2]])


def test_without_pillow(pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(MissingExtraError, match="reading pictures needs 'pillow'"):
        as_picture(pixels)
