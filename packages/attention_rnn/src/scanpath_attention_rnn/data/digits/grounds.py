"""What lies behind the digits: nothing, scraps of digits, noise, or a part of a photograph."""

from __future__ import annotations

import functools
from statistics import NormalDist

import numpy as np

from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.digits.digits import LABELS, SIDE, Pixels, Pool
from scanpath_attention_rnn.data.digits.photographs import Photographs
from scanpath_attention_rnn.data.digits.world import COLORS, UNIT, draw_rgb, draw_scale, resize

SCRAPS, SCRAP_SIDE = 17, 5
"""How many scraps, and their side in pixels of a digit."""
DEVIATION = 32
"""Of the noise, in levels of 255; no paper tells it. What falls below 0 is 0, so half of all values are."""


def black(side: int) -> Pixels:
    """Return a black ground, (side, side, 3)."""
    return np.zeros((side, side, 3), dtype=np.uint8)


def scraps(side: int, pool: Pool, draws: Draws) -> Pixels:
    """Draw 17 squares cut from digits, each with a colour, a scale and a place of its own; where two lie, they add up.

    The published generator lets such sums run over, 250 + 10 being 4; here they end at 255.
    """
    ground, names = np.zeros((side, side, 3), dtype=np.int32), tuple(COLORS)
    for _ in range(SCRAPS):
        digit = pool.images[pool.draw(draws.below(LABELS), draws)]
        rgb = draw_rgb(names[draws.below(len(names))], draws)
        left, top = (draws.below(SIDE - SCRAP_SIDE + 1) for _ in range(2))
        size = SCRAP_SIDE * draw_scale(draws) // UNIT
        x, y = (draws.below(side - size + 1) for _ in range(2))
        scrap = resize(np.ascontiguousarray(digit[top : top + SCRAP_SIDE, left : left + SCRAP_SIDE]), size)
        ground[y : y + size, x : x + size] += scrap[..., None] * np.asarray(rgb, dtype=np.int32) // 255
    return np.minimum(ground, 255).astype(np.uint8)


def noise(side: int, draws: Draws) -> Pixels:
    """Draw N(0, 32) for every value of a black ground."""
    found: Pixels = _levels()[draws.bytes(2 * 3 * side**2).view("<u2")]
    return found.reshape(side, side, 3)


@functools.cache
def _levels() -> Pixels:
    """Return the level that each of 65,536 draws stands for, so that they are equal on every platform."""
    normal = NormalDist(0, DEVIATION)
    levels = (round(normal.inv_cdf((draw + 0.5) / 2**16)) for draw in range(2**16))
    return np.asarray([min(max(level, 0), 255) for level in levels], dtype=np.uint8)


def photograph(side: int, photographs: Photographs, draws: Draws) -> Pixels:
    """Draw a photograph, and a square of it of any size, made ``side`` pixels wide.

    The square has at least ``side`` pixels a side, unless the photograph has fewer: then it is enlarged.
    """
    whole = photographs.read(draws.below(len(photographs.names)))
    height, width = whole.shape[:2]
    most = min(height, width)
    least = min(side, most)
    size = least + draws.below(most - least + 1)
    x, y = draws.below(width - size + 1), draws.below(height - size + 1)
    return resize(np.ascontiguousarray(whole[y : y + size, x : x + size]), side)
