"""One picture of an object of *Scenes*: equal pixels everywhere, since all is whole numbers from a seed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scanpath.data.cifar import SIDE
from scanpath.data.scenes.drawing import add_noise, draw_color, draw_ground, lay
from scanpath.data.scenes.options import COLORS, SHAPES
from scanpath.data.scenes.randomness import Draws

GROUPS = ("circle", "square", "triangle", "cross", "ring")
"""Shapes that are told apart; a diamond is a turned square, so it lies about only."""
TOLD = ("red", "orange", "yellow", "purple")
"""Colours that are told apart: neighbours, which light of a colour brings closer."""
CLASSES = tuple(f"{color} {shape}" for shape in GROUPS for color in TOLD)

RADII = (9, 19)
"""Least and greatest, in half pixels: from a fourth to more than half of the picture across."""
SMALL_RADII = (4, 6)
MOST_BESIDE = 3
BRIGHTNESS, TINT, FALL = (45, 115), 14, 30
"""Of the light, in percent: in the middle of the picture, of each colour more or less, and towards a side."""

Pixels = npt.NDArray[np.uint8]


def group_of(number: int) -> int:
    """Return the group of a class, both by number."""
    return number // len(TOLD)


def draw_object(number: int, draws: Draws) -> Pixels:
    """Draw a picture of a class, (32, 32, 3)."""
    canvas = draw_ground(draws, SIDE)
    for _ in range(draws.below(MOST_BESIDE + 1)):
        _lay(canvas, SHAPES[draws.below(len(SHAPES))], COLORS[draws.below(len(COLORS))], SMALL_RADII, draws)
    _lay(canvas, GROUPS[group_of(number)], TOLD[number % len(TOLD)], RADII, draws)
    return add_noise(canvas * draw_light(draws) // 100, draws)


def _lay(canvas: npt.NDArray[np.int64], shape: str, color: str, radii: tuple[int, int], draws: Draws) -> None:
    low, high = radii
    radius = low + draws.below(high - low + 1)
    x, y = (radius + 1 + draws.below(2 * SIDE - 2 * radius - 1) for _ in range(2))
    lay(canvas, shape, draw_color(color, draws), x=x, y=y, radius=radius, turn=draws.below(360))


def draw_light(draws: Draws) -> npt.NDArray[np.int64]:
    """Draw how bright each pixel is, in percent of its colours, (32, 32, 3)."""
    low, high = BRIGHTNESS
    base = low + draws.below(high - low + 1)
    tint = np.asarray([draws.spread(TINT) for _ in range(3)])
    down, across = draws.spread(FALL), draws.spread(FALL)
    place = 2 * np.arange(SIDE) - SIDE + 1  # from -31 to 31
    slope = (down * place[:, None] + across * place) // SIDE
    light: npt.NDArray[np.int64] = base * (100 + tint + slope[..., None]) // 100
    return light
