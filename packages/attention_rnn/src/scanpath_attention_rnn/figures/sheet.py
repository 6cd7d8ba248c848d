"""Sheets of pictures: blocks of a picture and what was made of it, tiles with captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw

from scanpath.report.lettering import font, lines, shortened
from scanpath.report.overlay import COLOURS, Map, Picture, enlarge, magnify, normalise, outline, overlay

SIDE = 150
"""Small pictures are enlarged by a whole factor until their short side has so many pixels."""
MARGIN, GAP, BETWEEN = 28, 10, 26
LINE, HEAD = 19, 24
INK, SOFT, RULE = (31, 35, 40), (99, 107, 116), (216, 220, 225)
MARKS = {True: ("✓", (26, 127, 75)), False: ("✗", (179, 57, 47))}


class Row(NamedTuple):
    """What one network made of a picture, or one time it looked."""

    name: str
    right: bool | None
    """Whether it was right; None where it is not known."""
    words: str
    tiles: Mapping[str, Image.Image]
    """By the head that they stand under. Empty where there is nothing to draw; the row is a line then."""


class Block(NamedTuple):
    """A picture at the left, and rows at its right."""

    picture: Image.Image
    name: str
    words: Sequence[str]
    """Below it."""
    rows: Sequence[Row]


def shown(picture: Picture, *targets: np.ndarray) -> Image.Image:
    """Draw a picture, (H, W, 3), with what is True in each target, (H, W), outlined."""
    drawn = magnify(picture, SIDE)
    for target in targets:
        drawn = outline(drawn, target)
    return Image.fromarray(drawn)


def heat(values: Map, size: tuple[int, int], *targets: np.ndarray) -> Image.Image:
    """Draw a map (h, w) by itself, from its least (dark) to its largest value, ``size`` wide and high."""
    colours = mpl.colormaps[COLOURS](enlarge(normalise(values), size[::-1], "nearest"))[..., :3]
    drawn = (255 * colours).round().astype(np.uint8)
    for target in targets:
        drawn = outline(drawn, target)
    return Image.fromarray(drawn)


def over(picture: Picture, values: Map, *targets: np.ndarray) -> Image.Image:
    """Draw a map (h, w) over its picture, likewise."""
    drawn = np.asarray(overlay(picture, values, method="nearest", short_side=SIDE))
    for target in targets:
        drawn = outline(drawn, target)
    return Image.fromarray(drawn)


def width_of(side: int, columns: int) -> int:
    """Tell how wide a sheet of blocks is whose pictures and tiles are ``side`` wide."""
    return 2 * MARGIN + side + BETWEEN + columns * (side + GAP) - GAP


def blocks_sheet(
    title: str, note: str, heads: Sequence[str], blocks: Sequence[Block], above: Image.Image | None = None
) -> Image.Image:
    """Lay out blocks whose pictures and tiles are of one size.

    Args:
        title: In large letters.
        note: Below it, broken into lines.
        heads: Above the columns of tiles.
        blocks: At least one.
        above: Stands between the note and the blocks, such as a chart, as wide as the sheet.
    """
    wide = blocks[0].picture.width
    heights = [_height(block) for block in blocks]
    first = HEAD if above is None else HEAD + above.height + GAP
    content = first + sum(heights) + BETWEEN * (len(blocks) - 1)
    sheet, top = _begin(title, note, width_of(wide, len(heads)), content)
    if above is not None:
        sheet.paste(above, (0, top))
        top += above.height + GAP
    pen, left, face = ImageDraw.Draw(sheet), MARGIN + wide + BETWEEN, font(13, bold=True)
    for number, head in enumerate(heads):
        pen.text((left + number * (wide + GAP), top), shortened(head, wide, face), fill=INK, font=face)
    top += HEAD
    for number, (block, height) in enumerate(zip(blocks, heights, strict=True)):
        if number:
            line = top - BETWEEN // 2
            pen.line((MARGIN, line, sheet.width - MARGIN, line), fill=RULE)
        _draw_block(sheet, block, heads, top)
        top += height + BETWEEN
    return sheet


def _begin(title: str, note: str, width: int, content: int) -> tuple[Image.Image, int]:
    """Make a sheet with its title and note; tell where its content begins, which is so many pixels high."""
    told = list(lines(note, width - 2 * MARGIN, font(13)))
    top = MARGIN + 30 + LINE * len(told) + GAP
    sheet = Image.new("RGB", (width, top + content + MARGIN), "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, MARGIN - 6), title, fill=INK, font=font(22, bold=True))
    for number, line in enumerate(told):
        pen.text((MARGIN, MARGIN + 30 + LINE * number), line, fill=SOFT, font=font(13))
    return sheet, top


def _height(block: Block) -> int:
    """Measure a block: the rows at the right, or the picture with its words if that is more."""
    rows = sum(LINE + GAP + (block.picture.height if row.tiles else 0) for row in block.rows) - GAP
    return max(rows, LINE * (2 + len(block.words)) + block.picture.height)


def _draw_block(sheet: Image.Image, block: Block, heads: Sequence[str], top: int) -> None:
    pen, (wide, tall) = ImageDraw.Draw(sheet), block.picture.size
    left = MARGIN + wide + BETWEEN
    sheet.paste(block.picture, (MARGIN, top + LINE))
    for number, words in enumerate([block.name, *block.words]):
        face = font(14 if number == 0 else 12, bold=number == 0)
        at = (MARGIN, top + tall + LINE * (1 + number) + 4)
        pen.text(at, shortened(words, wide + BETWEEN - 6, face), fill=INK if number == 0 else SOFT, font=face)
    for row in block.rows:
        after, face = float(left), font(12, bold=True)
        pen.text((after, top), row.name, fill=INK, font=face)
        after += face.getlength(f"{row.name}  ")
        if row.right is not None:
            mark, colour = MARKS[row.right]
            pen.text((after, top), mark, fill=colour, font=face)
            after += face.getlength(f"{mark} ")
        pen.text((after, top), row.words, fill=SOFT, font=font(12))
        for head, tile in row.tiles.items():
            sheet.paste(tile, (left + heads.index(head) * (wide + GAP), top + LINE))
        top += LINE + GAP + (tall if row.tiles else 0)


def tiles_sheet(
    title: str, note: str, heads: Sequence[str], rows: Sequence[Sequence[tuple[Image.Image, str]]]
) -> Image.Image:
    """Lay out rows of tiles of one size, each with a caption below."""
    wide, tall = rows[0][0][0].size
    each = tall + LINE + GAP
    sheet, top = _begin(title, note, 2 * MARGIN + len(heads) * (wide + GAP) - GAP, HEAD + len(rows) * each - GAP)
    pen = ImageDraw.Draw(sheet)
    for column, head in enumerate(heads):
        left = MARGIN + column * (wide + GAP)
        pen.text((left, top), head, fill=INK, font=font(13, bold=True))
        for number, row in enumerate(rows):
            tile, caption = row[column]
            under = top + HEAD + number * each
            sheet.paste(tile, (left, under))
            pen.text((left, under + tall + 3), shortened(caption, wide, font(13)), fill=INK, font=font(13))
    return sheet
