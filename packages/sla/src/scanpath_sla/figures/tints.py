"""Two maps on one picture, each a tint; and sheets of such pictures with words below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from scanpath.report.lettering import font, lines
from scanpath.report.overlay import Map, Picture, enlarge, normalise

FIRST, LAST = (31, 95, 214), (214, 48, 31)
"""Blue, the first look; red, the last one."""
DEEP = 0.75
"""The share of a tint where its map is largest."""
GAP, LINE = 12, 18
INK = (31, 35, 40)


def tinted(picture: Picture, first: Map, last: Map) -> Image.Image:
    """Lay two maps (h, w), each stretched from its least to its largest weight, over a picture (H, W, 3) in grey."""
    size = (picture.shape[0], picture.shape[1])
    grey = picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    drawn = np.repeat(grey[..., None], 3, axis=2)
    heats = [enlarge(normalise(one), size)[..., None] * DEEP for one in (first, last)]
    both = heats[0] + heats[1]
    colour = sum(heat * np.asarray(tint, dtype=np.float32) for heat, tint in zip(heats, (FIRST, LAST), strict=True))
    share = np.minimum(both, DEEP)
    mixed = (1 - share) * drawn + share * colour / np.maximum(both, 1e-6)
    return Image.fromarray(mixed.round().clip(0, 255).astype(np.uint8))


def beside(picture: Picture, tints: Image.Image) -> Image.Image:
    """Put the picture (H, W, 3) left of its tints, which have no colours of their own: questions ask for colours."""
    high, wide = picture.shape[:2]
    both = Image.new("RGB", (2 * wide, high))
    both.paste(Image.fromarray(picture), (0, 0))
    both.paste(tints, (wide, 0))
    return both


def sheet(tiles: Sequence[tuple[Image.Image, Sequence[str]]], columns: int = 3) -> Image.Image:
    """Lay out tiles with words below each, broken into lines; all tiles are brought to the first one's size."""
    wide, tall = tiles[0][0].size
    face = font(13)
    broken = [[part for one in words for part in lines(one, wide, face)] for _, words in tiles]
    each = tall + max(map(len, broken)) * LINE + GAP
    rows = -(-len(tiles) // columns)
    drawn = Image.new("RGB", (min(columns, len(tiles)) * (wide + GAP) + GAP, rows * each + GAP), "white")
    pen = ImageDraw.Draw(drawn)
    for number, ((tile, _), words) in enumerate(zip(tiles, broken, strict=True)):
        row, column = divmod(number, columns)
        left, top = GAP + column * (wide + GAP), GAP + row * each
        drawn.paste(tile.resize((wide, tall)), (left, top))
        for place, line in enumerate(words):
            pen.text((left, top + tall + 3 + place * LINE), line, fill=INK, font=face)
    return drawn
