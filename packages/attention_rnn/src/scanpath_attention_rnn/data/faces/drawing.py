"""A person as pixels, and what each pixel shows: ground, clothes, skin, eyes, mouth or hair."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.faces.features import draw_brows, draw_eyes, draw_mouth, draw_nose
from scanpath_attention_rnn.data.faces.hair import draw_back_hair, draw_front_hair
from scanpath_attention_rnn.data.faces.people import Colour, Person
from scanpath_attention_rnn.data.faces.shapes import Floats, Plane, larger, lens, oval, smaller

PARTS = ("ground", "clothes", "skin", "eyes", "mouth", "hair")
"""What the numbers of a label map mean."""
_CELLS = 4
#: A byte -> noise from -5 to 5 with a peak at 0.
_NOISE = np.asarray([(byte & 3) + (byte >> 2 & 3) + (byte >> 4 & 3) + (byte >> 6) - 6 for byte in range(256)])


class Canvas:
    """A picture that is painted on from back to front.

    Attributes:
        pixels: (side, side, 3), from 0 to 255.
        parts: (side, side), places in :data:`PARTS`.
    """

    def __init__(self, ground: Floats) -> None:
        self.pixels = ground
        self.parts = np.zeros(ground.shape[:2], np.uint8)

    def paint(self, cover: Floats, colour: Colour | Floats, part: str | None = None) -> None:
        """Lay a colour, or one a pixel, over what is there; what it covers by half becomes that part of a face."""
        rows = np.flatnonzero(cover.any(axis=1))
        if len(rows):
            some = slice(rows[0], rows[-1] + 1)  # most shapes are small: a third of the time
            given = np.asarray(colour)
            self.pixels[some] += cover[some, :, None] * (
                (given if given.ndim == 1 else given[some]) - self.pixels[some]
            )
        if part is not None:
            self.parts[cover >= 0.5] = PARTS.index(part)


def draw_face(person: Person, draws: Draws, side: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Draw a person.

    Args:
        person: who.
        draws: decides ground, strands of hair and noise.
        side: height and width in pixels.

    Returns:
        the picture, (side, side, 3), and its label map, (side, side), places in :data:`PARTS`.
    """
    plane = Plane.of(side, scale=person.scale, x=person.x, y=person.y, roll=person.roll)
    canvas = Canvas(_ground(draws, side))
    strands = clouds(draws, side, 9) + clouds(draws, side, 17)
    draw_back_hair(canvas, plane, person, strands)
    _draw_body(canvas, plane, person)
    _draw_head(canvas, plane, person)
    inner = plane.moved(person.yaw, person.pitch)
    draw_eyes(canvas, inner, person)
    draw_brows(canvas, inner, person)
    draw_nose(canvas, inner, person)
    draw_mouth(canvas, inner, person)
    draw_front_hair(canvas, plane, person, strands)
    light = 1 + person.light[0] * np.clip(plane.u, -2, 2) + person.light[1] * np.clip(plane.v, -2, 2)
    shown = canvas.pixels * (light * person.brightness)[..., None]
    noisy = shown + 0.5 + _NOISE[draws.bytes(side * side * 3)].reshape(side, side, 3)
    return np.floor(np.clip(noisy, 0, 255)).astype(np.uint8), canvas.parts


def clouds(draws: Draws, side: int, cells: int) -> Floats:
    """Draw soft noise from -1 to 1, (side, side): values at corners of cells, interpolated between them."""
    corners = draws.bytes((cells + 1) ** 2).reshape(cells + 1, cells + 1) / 127.5 - 1
    place = (np.arange(side) + 0.5) * cells / side
    cell = np.floor(place).astype(np.int64)
    rest = place - cell
    rows = corners[cell] + rest[:, None] * (corners[cell + 1] - corners[cell])  # (side, cells + 1)
    found: Floats = rows[:, cell] + rest * (rows[:, cell + 1] - rows[:, cell])
    return found


def _ground(draws: Draws, side: int) -> Floats:
    """Draw a ground of two colours that run into each other, (side, side, 3)."""
    one, other = (np.asarray([25.0 + draws.below(200) for _ in range(3)]) for _ in range(2))
    grey = 0.6  # less gaudy: grounds are rooms and walls
    one, other = (colour + grey * (colour.mean() - colour) for colour in (one, other))
    mixed: Floats = one + (0.5 + 0.5 * clouds(draws, side, _CELLS))[..., None] * (other - one)
    return mixed


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = colour
    return red * factor, green * factor, blue * factor


def _draw_body(canvas: Canvas, plane: Plane, person: Person) -> None:
    """Neck and shoulders; a man's are broader."""
    wide = 2.25 if person.male else 1.75
    canvas.paint(plane.cover(oval(plane, 0.0, 2.85, wide, 1.25, square=0.6)), person.clothes, "clothes")
    neck = oval(plane, 0.0, 1.25, 0.64 if person.male else 0.46, 0.8, square=0.8)
    canvas.paint(plane.cover(neck), _shade(person.skin, 0.84), "skin")


def _draw_head(canvas: Canvas, plane: Plane, person: Person) -> None:
    """Ears and the face: a man's jaw is square and broad, a woman's face narrows to the chin."""
    ears = larger(*(oval(plane, way * 1.0, 0.12, 0.16, 0.27) for way in (-1, 1)))
    canvas.paint(plane.cover(ears), _shade(person.skin, 0.9), "skin")
    if person.earrings:
        rings = larger(*(oval(plane, way * 1.06, 0.5, 0.075, 0.1) for way in (-1, 1)))
        canvas.paint(plane.cover(rings), (236.0, 214.0, 120.0))
    narrow = 0.05 if person.male else 0.26
    below = np.maximum(plane.v, 0.0)
    tapered = Plane(plane.u / (1 - narrow * below), plane.v, plane.unit)
    jaw = oval(tapered, 0.0, 0.0, 0.98, 1.36 * person.long, square=0.62 if person.male else 0.05)
    brow = oval(plane, 0.0, 0.0, 0.98, 1.3)
    face = np.where(plane.v > 0, jaw, brow)
    cover = plane.cover(face)
    canvas.paint(cover, person.skin, "skin")
    canvas.paint(cover * np.clip(0.6 * (face + 0.28) / 0.28, 0.0, 0.28), _shade(person.skin, 0.62))  # rounder
    inner = plane.moved(person.yaw, person.pitch)
    if person.beard:
        around = smaller(face, oval(inner, 0.0, 1.5, 1.6, 1.35), -oval(inner, 0.0, 0.35, 0.62, 0.34))
        lip = lens(inner, 0.0, 0.6, 0.42, 0.09, bend=0.08)
        stubble = plane.cover(larger(around, lip)) * (0.25 + 0.45 * person.beard)
        red, green, blue = _shade(person.skin, 0.38)
        canvas.paint(stubble, (red + 8, green + 10, blue + 18))
    if person.make_up:
        cheeks = larger(*(oval(inner, way * 0.56, 0.42, 0.24, 0.17) for way in (-1, 1)))
        canvas.paint(np.clip(-cheeks / 0.17, 0.0, 1.0) * 0.3 * person.make_up * cover, (222.0, 92.0, 96.0))
