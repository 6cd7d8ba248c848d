"""A few pictures with their objects outlined, and the norms that every network has there, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from scanpath.predict.pictures import Picture
from scanpath.report.lettering import font, lines, shortened
from scanpath.report.overlay import Map, magnify, outline, overlay

SIDE = 160
"""Small pictures are enlarged until their short side has so many pixels."""
GAP, LINE, HEAD, MARGIN = 10, 15, 4, 16
INK, SOFT = (20, 20, 20), (95, 95, 95)


def draw_norms(
    pictures: Sequence[Picture],
    masks: npt.NDArray[np.bool_],
    maps: Mapping[str, Sequence[Map]],
    areas: Mapping[str, Sequence[float]],
) -> Image.Image:
    """Draw one row a picture and one column a network.

    Args:
        pictures: uint8 (H, W, 3) each, of one size.
        masks: True where an object is, (n, H, W).
        maps: By network: a map (h, w) for each picture. Brighter is larger, from a map's own smallest to its largest.
        areas: By network: what stands below each map, the area under its ROC curve.
    """
    shown = [outline(magnify(picture, SIDE), mask) for picture, mask in zip(pictures, masks, strict=True)]
    columns = [[Image.fromarray(picture) for picture in shown]]
    captions = [["the objects are outlined"] * len(shown)]
    for name, of_network in maps.items():
        columns.append(
            [
                overlay(picture, one, target=mask, method="nearest", short_side=SIDE)
                for picture, mask, one in zip(pictures, masks, of_network, strict=True)
            ]
        )
        captions.append([f"AUC {area:.2f}" for area in areas[name]])
    return _sheet(["picture", *maps], columns, captions)


def _sheet(
    names: Sequence[str], columns: Sequence[Sequence[Image.Image]], captions: Sequence[Sequence[str]]
) -> Image.Image:
    """Put tiles of one size into columns, names above them and a caption under each."""
    width, height = columns[0][0].size
    head = HEAD * LINE + 6
    sheet = Image.new(
        "RGB",
        (2 * MARGIN + len(columns) * (width + GAP) - GAP, 2 * MARGIN + head + len(columns[0]) * (height + LINE + GAP)),
        "white",
    )
    draw, bold, plain = ImageDraw.Draw(sheet), font(12, bold=True), font(11)
    for number, (name, tiles, under) in enumerate(zip(names, columns, captions, strict=True)):
        left = MARGIN + number * (width + GAP)
        broken = list(lines(name, width, bold))
        for row, line in enumerate(broken[:HEAD]):
            cut = shortened(f"{line}…", width, bold) if row == HEAD - 1 and len(broken) > HEAD else line
            draw.text((left, MARGIN + row * LINE), cut, fill=INK, font=bold)
        for row, (tile, caption) in enumerate(zip(tiles, under, strict=True)):
            top = MARGIN + head + row * (height + LINE + GAP)
            sheet.paste(tile, (left, top))
            draw.text((left, top + height + 2), shortened(caption, width, plain), fill=SOFT, font=plain)
    return sheet
