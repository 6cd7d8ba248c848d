"""The rasteriser: shapes at double size averaged to pixels, on textured ground, with noise; integers only."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from scanpath.data.scenes.options import COLORS, SHAPES
from scanpath.data.scenes.randomness import Draws
from scanpath.data.scenes.world import Thing

Ints = npt.NDArray[np.int64]
Pixels = npt.NDArray[np.uint8]

RGB = MappingProxyType(
    {
        "red": (205, 48, 48),
        "green": (46, 158, 62),
        "blue": (48, 82, 208),
        "yellow": (232, 208, 52),
        "purple": (140, 56, 170),
        "cyan": (62, 200, 208),
        "orange": (240, 136, 36),
        "white": (238, 238, 238),
    }
)

#: Inside a shape? In offsets u (right) and v (down) from the centre and the radius r, all in quarter pixels.
#: Factors are percent of the radius, chosen so that the shapes look equally large and stay within 1.1 radii.
_INSIDE: Mapping[str, Callable[[Ints, Ints, int], npt.NDArray[np.bool_]]] = MappingProxyType(
    {
        "circle": lambda u, v, r: 10_000 * (u * u + v * v) <= (94 * r) ** 2,
        "square": lambda u, v, r: 100 * np.maximum(abs(u), abs(v)) <= 78 * r,
        "triangle": lambda u, v, r: (100 * v <= 64 * r) & (169 * 100 * abs(u) <= 92 * (100 * v + 105 * r)),
        "cross": lambda u, v, r: (
            (100 * np.minimum(abs(u), abs(v)) <= 34 * r) & (100 * np.maximum(abs(u), abs(v)) <= 100 * r)
        ),
        "diamond": lambda u, v, r: 100 * (abs(u) + abs(v)) <= 108 * r,
        "ring": lambda u, v, r: (10_000 * (u * u + v * v) <= (98 * r) ** 2) & (4 * (u * u + v * v) >= r * r),
    }
)

_GROUND_CELLS = 8
_COLOR_JITTER = 24  # sum of two even draws: a standard deviation of 10

#: A byte -> noise from -7 to 7 with a peak at 0 (standard deviation 3.2): the sum of two of its three-bit parts.
_NOISE = np.asarray([(byte & 7) + (byte >> 4 & 7) - 7 for byte in range(256)], dtype=np.int16)


_ONE = 1024  # what a sine is measured in


@functools.lru_cache(maxsize=4096)
def _stamp(shape: str, radius: int, odd_x: int, odd_y: int, turn: int) -> Ints:
    """Return how many of a pixel's four quarters a shape covers, (P, P), its centre near the middle.

    The conditions of all shapes hold for whatever they are multiplied by, so a turned one needs no division.
    """
    half = radius + radius // 8 + 2
    half += half % 2
    offsets = np.arange(-half, half) * 2 + 1  # middles of half pixels, in quarter pixels
    u, v = np.meshgrid(offsets - 2 * odd_x, offsets - 2 * odd_y)
    cosine, sine = (round(_ONE * part(math.radians(turn))) for part in (math.cos, math.sin))
    inside = _INSIDE[shape](cosine * u + sine * v, cosine * v - sine * u, _ONE * 2 * radius).astype(np.int64)
    cover: Ints = inside.reshape(half, 2, half, 2).sum(axis=(1, 3))
    return cover


@functools.cache
def _enlarging(size: int) -> Ints:
    """Return linear interpolation from cells to pixels as a matrix of whole numbers, (size, cells).

    Each row sums to ``2 * size``.
    """
    weights = np.zeros((size, _GROUND_CELLS), dtype=np.int64)
    for pixel in range(size):
        cell, rest = divmod((2 * pixel + 1) * (_GROUND_CELLS - 1), 2 * size)
        weights[pixel, cell] = 2 * size - rest
        weights[pixel, cell + 1] = rest
    return weights


def draw_ground(draws: Draws, size: int) -> Ints:
    """Draw soft grey clouds with a hint of colour, (size, size, 3)."""
    base = 88 + draws.below(56)
    tint = [draws.spread(9) for _ in range(3)]
    cells = np.asarray([[base + draws.spread(26)] * 3 for _ in range(_GROUND_CELLS**2)], dtype=np.int64) + np.asarray(
        tint
    )  # (cells, 3)
    weights = _enlarging(size)
    cells = cells.reshape(_GROUND_CELLS, _GROUND_CELLS, 3).transpose(2, 0, 1)
    large: Ints = weights @ cells @ weights.T  # (3, size, size)
    return (large // (4 * size * size)).transpose(1, 2, 0)


def draw_picture(
    things: Sequence[Thing], draws: Draws, size: int, shapes: Sequence[str] = SHAPES, colors: Sequence[str] = COLORS
) -> tuple[Pixels, Pixels]:
    """Draw a scene.

    Args:
        things: the objects, none overlapping another.
        draws: decides ground, jitter and noise.
        size: height and width in pixels.
        shapes: names of the shapes by number.
        colors: names of the colours by number.

    Returns:
        the picture, (size, size, 3), and its label map, (size, size): 0 ground, i + 1 object i.
    """
    canvas = draw_ground(draws, size)
    labels = np.zeros((size, size), dtype=np.uint8)
    for number, thing in enumerate(things, start=1):
        color = draw_color(colors[thing.color], draws)
        where, cover = lay(canvas, shapes[thing.shape], color, x=thing.x, y=thing.y, radius=thing.radius)
        labels[where][cover >= 2] = number
    return add_noise(canvas, draws), labels


def draw_color(name: str, draws: Draws) -> Ints:
    """Draw red, green and blue of a colour, each a little off, (3,)."""
    return np.asarray([part + draws.spread(_COLOR_JITTER) for part in RGB[name]])


def lay(
    canvas: Ints, shape: str, color: Ints, *, x: int, y: int, radius: int, turn: int = 0
) -> tuple[tuple[slice, slice], Ints]:
    """Lay a shape over a canvas (size, size, 3), in place; what lies beyond the edge is cut off.

    Args:
        canvas: what it is laid over.
        shape: its name.
        color: (3,).
        x: of its centre, in half pixels.
        y: likewise.
        radius: in half pixels.
        turn: clockwise, in degrees.

    Returns:
        rows and columns that it may touch, and how many quarters of each of their pixels it covers.
    """
    stamp, size = _stamp(shape, radius, x % 2, y % 2, turn), len(canvas)
    half = len(stamp) // 2
    rows, top = _window(y // 2 - half, len(stamp), size)
    columns, left = _window(x // 2 - half, len(stamp), size)
    cover = stamp[top, left]
    patch, quarters = canvas[rows, columns], cover[..., None]
    canvas[rows, columns] = (patch * (4 - quarters) + color * quarters + 2) // 4
    return (rows, columns), cover


def add_noise(canvas: Ints, draws: Draws) -> Pixels:
    """Make a picture of a canvas (size, size, 3): with noise, in bytes."""
    noisy: Ints = canvas + _NOISE[draws.bytes(canvas.size)].reshape(canvas.shape)
    return noisy.clip(0, 255).astype(np.uint8)


def _window(start: int, length: int, size: int) -> tuple[slice, slice]:
    """Return where a stamp lies on one axis of the canvas, and which part of the stamp that is."""
    low, high = max(start, 0), min(start + length, size)
    return slice(low, high), slice(low - start, high - start)
