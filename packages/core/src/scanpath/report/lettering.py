"""Words on pictures: a font that knows more than the letters of English, lines that fit, colours to write on."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from PIL import ImageFont

from scanpath.report.overlay import COLOURS

Colour = tuple[int, int, int]
BREAKS = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")


@functools.cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans, which matplotlib brings along on every system."""
    import matplotlib as mpl  # overlay, above, has said what to install if it is not there

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name), size)


def heat_colour(value: float) -> Colour:
    """Return the colour that stands for a weight between 0 and 1 on every map."""
    import matplotlib as mpl

    red, green, blue, _ = mpl.colormaps[COLOURS](float(value), bytes=True)
    return int(red), int(green), int(blue)


def ink_on(ground: Colour) -> Colour:
    """Return black or white, whichever can be read on ``ground``."""
    brightness = 0.299 * ground[0] + 0.587 * ground[1] + 0.114 * ground[2]
    return (20, 20, 20) if brightness > 130 else (255, 255, 255)


def lines(text: str, width: int, face: ImageFont.FreeTypeFont) -> Iterator[str]:
    """Break a text into lines of at most ``width`` pixels; a single word that is wider is cut, and says so."""
    line = ""
    for word in BREAKS.split(text.strip()):
        longer = f"{line} {word}".strip()
        if line and face.getlength(longer) > width:
            yield line
            longer = word
        line = shortened(longer, width, face)
    if line:
        yield line


def shortened(text: str, width: float, face: ImageFont.FreeTypeFont) -> str:
    """Cut a text to ``width`` pixels, with an ellipsis where something is missing."""
    if face.getlength(text) <= width:
        return text
    while text and face.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"
