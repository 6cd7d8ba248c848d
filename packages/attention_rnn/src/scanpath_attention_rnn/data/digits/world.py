"""Which digits stand in a picture, in what colours, how large and where."""

from __future__ import annotations

import collections
from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from scanpath.data.scenes.randomness import Draws
from scanpath.errors import missing_extra
from scanpath_attention_rnn.data.digits.digits import LABELS, SIDE, Pixels, Pool

RGB = tuple[int, int, int]

COLORS: Mapping[str, RGB] = MappingProxyType(
    {
        "green": (16, 166, 81),
        "yellow": (255, 241, 78),
        "white": (224, 224, 224),
        "red": (146, 16, 16),
        "blue": (16, 98, 192),
    }
)
FEWEST, MOST = 5, 9
"""Digits a picture."""
UNIT = 1_000_000
SMALLEST, LARGEST = UNIT // 2, 3 * UNIT
"""Scales are drawn from above the one to the other, in millionths, so that sizes in pixels are the same everywhere."""

_SPLITS = ("train", "val", "test")
_TINT = NormalDist(0, 10)
#: Tries to find a place for a digit before the whole picture is laid out anew: some leave no room for another digit.
_TRIES = 2_000


class Planned(NamedTuple):
    """What a question asks or answers."""

    label: int
    color: str


class Digit(NamedTuple):
    """One digit of a picture."""

    label: int
    color: str
    rgb: RGB
    """The colour with its own tint."""
    scale: int
    """In millionths."""
    x: int
    """The first column of its square."""
    y: int
    """The first row of its square."""
    pixels: Pixels
    """Its intensities, (size, size)."""

    def box(self) -> list[int]:
        """Return the box around its pixels that are not 0, from edge to edge: x1, y1, x2, y2."""
        columns, rows = (np.flatnonzero(self.pixels.any(axis=axis)) for axis in (0, 1))
        ends = self.x + columns[0], self.y + rows[0], self.x + columns[-1] + 1, self.y + rows[-1] + 1
        return list(map(int, ends))


def picture_draws(seed: int, split: str, index: int) -> Draws:
    """Return the stream that decides everything about one picture."""
    return Draws(seed, _SPLITS.index(split), index)


def draw_plan(draws: Draws, *, inverse: bool) -> list[Planned]:
    """Draw five to nine different labels, and a colour of each.

    Args:
        draws: the picture's stream, of which this is the first part.
        inverse: the colours are drawn again until one of them occurs once.
    """
    labels = list(range(LABELS))
    for place in range(FEWEST + draws.below(MOST - FEWEST + 1)):
        other = place + draws.below(LABELS - place)
        labels[place], labels[other] = labels[other], labels[place]
    labels, names = labels[: place + 1], tuple(COLORS)
    while True:
        plan = [Planned(label, names[draws.below(len(names))]) for label in labels]
        if not inverse or unique_colors(plan):
            return plan


def unique_colors(plan: Sequence[Planned | Digit]) -> list[int]:
    """List the places of the digits whose colour no other has."""
    counts = collections.Counter(one.color for one in plan)
    return [place for place, one in enumerate(plan) if counts[one.color] == 1]


def draw_digits(plan: Sequence[Planned], pool: Pool, side: int, draws: Draws) -> list[Digit]:
    """Draw each digit's glyph, tint, scale and place; none covers a pixel of another.

    Scale and place are drawn again until the digit's square holds no pixel of an earlier digit that is not 0; so a
    large digit is kept less often than a small one.

    Args:
        plan: labels and colours; any number, also equal ones.
        pool: the glyphs.
        side: of the picture, in pixels.
        draws: the picture's stream.
    """
    while True:
        digits = list(_lay_out(plan, pool, side, draws))
        if len(digits) == len(plan):
            return digits


def _lay_out(plan: Sequence[Planned], pool: Pool, side: int, draws: Draws) -> Iterator[Digit]:
    """Give digits for as long as a place is found for the next."""
    taken = np.zeros((side, side), dtype=bool)
    for one in plan:
        glyph, rgb = pool.images[pool.draw(one.label, draws)], draw_rgb(one.color, draws)
        for _ in range(_TRIES):
            scale = draw_scale(draws)
            size = SIDE * scale // UNIT
            x, y = draws.below(side - size + 1), draws.below(side - size + 1)
            window = taken[y : y + size, x : x + size]
            if not window.any():
                break
        else:
            return
        pixels = resize(glyph, size)
        window |= pixels > 0
        yield Digit(*one, rgb, scale, x, y, pixels)


def draw_rgb(color: str, draws: Draws) -> RGB:
    """Draw a tint of a colour: one draw of N(0, 10) is added to red, green and blue."""
    added = round(_TINT.inv_cdf((draws.below(2**32) + 0.5) / 2**32))
    red, green, blue = (min(max(part + added, 0), 255) for part in COLORS[color])
    return red, green, blue


def draw_scale(draws: Draws) -> int:
    """Draw a scale, in millionths, each as likely."""
    return SMALLEST + 1 + draws.below(LARGEST - SMALLEST)


def resize(pixels: Pixels, size: int) -> Pixels:
    """Resize a square, (H, H) or (H, H, 3), to ``size`` pixels a side, bilinearly."""
    try:
        from PIL import Image
    except ImportError:
        raise missing_extra("pillow", purpose="drawing digits") from None
    # A photograph is first shrunk by a whole factor, to three times the size or more.
    return np.asarray(Image.fromarray(pixels).resize((size, size), Image.Resampling.BILINEAR, reducing_gap=3.0))


def draw_picture(ground: Pixels, digits: Sequence[Digit]) -> tuple[Pixels, Pixels]:
    """Lay digits over a ground.

    As in the published generator a glyph's intensity counts twice: it darkens the digit's colour, and it is the share
    that the colour has beside the ground.

    Args:
        ground: (H, W, 3).
        digits: in any order.

    Returns:
        the picture, (H, W, 3), and its label map, (H, W): 0 ground, i + 1 the pixels of digit i that are not 0.
    """
    picture, labels = ground.copy(), np.zeros(ground.shape[:2], dtype=np.uint8)
    for number, digit in enumerate(digits, start=1):
        size = len(digit.pixels)
        place = np.s_[digit.y : digit.y + size, digit.x : digit.x + size]
        alpha = digit.pixels[..., None].astype(np.uint16)  # no sum below is above 255 * 255 + 127
        glyph = alpha * np.asarray(digit.rgb, dtype=np.uint16) // 255  # (size, size, 3)
        picture[place] = (glyph * alpha + picture[place] * (255 - alpha) + 127) // 255
        labels[place][digit.pixels > 0] = number
    return picture, labels
