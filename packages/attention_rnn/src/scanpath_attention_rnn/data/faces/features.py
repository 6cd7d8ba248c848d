"""Eyes, brows, nose and mouth, drawn in a plane that is turned with the head."""

from __future__ import annotations

from typing import Protocol

from scanpath_attention_rnn.data.faces.people import Colour, Person
from scanpath_attention_rnn.data.faces.shapes import Floats, Plane, larger, lens, oval, smaller

BROWS: Colour = (62.0, 44.0, 34.0)
"""Of every brow and lash, whatever the hair's colour: so that hair is changed in one place."""
_SIDES = (-1, 1)


class Painted(Protocol):
    """What is painted on: :class:`scanpath_attention_rnn.data.faces.drawing.Canvas`."""

    def paint(self, cover: Floats, colour: Colour | Floats, part: str | None = None) -> None:
        """Lay a colour over what is there."""
        ...


def _apart(person: Person, way: int) -> float:
    """Say how far an eye is from the middle; the one that is turned away is nearer."""
    return way * 0.43 - 0.12 * person.yaw


def draw_eyes(canvas: Painted, plane: Plane, person: Person) -> None:
    """White, iris, pupil and lids; a woman's eyes are larger and have lashes, a smile narrows them."""
    high = (0.115 if person.male else 0.155) * (0.82 if person.smiling else 1.0)
    for way in _SIDES:
        place = _apart(person, way)
        eye = lens(plane, place, 0.0, 0.23, high)
        white = plane.cover(eye)
        canvas.paint(white, (240.0, 238.0, 234.0), "eyes")
        iris = plane.cover(oval(plane, place + person.gaze, 0.0, 0.105, 0.115))
        canvas.paint(white * iris, person.iris)
        canvas.paint(white * plane.cover(oval(plane, place + person.gaze, 0.0, 0.05, 0.055)), (16.0, 14.0, 14.0))
        lid = lens(plane, place, -high, 0.25, 0.022 if person.male else 0.052, bend=high)
        canvas.paint(plane.cover(lid), BROWS)
        if not person.male:
            lash = lens(plane, place + way * 0.24, -0.075, 0.1, 0.05, bend=-0.02)
            canvas.paint(plane.cover(lash), BROWS)
            shadow = lens(plane, place, -high - 0.09, 0.22, 0.07, bend=0.12)
            canvas.paint(0.35 * person.make_up * plane.cover(shadow), (134.0, 84.0, 122.0))
    if person.glasses:
        rings = [oval(plane, _apart(person, way), 0.02, 0.34, 0.27, square=0.5) for way in _SIDES]
        frame = larger(*(smaller(ring, -ring - 0.06) for ring in rings), lens(plane, 0.0, -0.03, 0.12, 0.04))
        canvas.paint(plane.cover(frame), (34.0, 32.0, 36.0))


def draw_brows(canvas: Painted, plane: Plane, person: Person) -> None:
    """A man's are thick, straight and near the eyes; a woman's thin and arched."""
    for way in _SIDES:
        thick, bend = (0.085, 0.05) if person.male else (0.036, 0.13 * person.arch)
        height = -0.27 if person.male else -0.36
        brow = lens(plane, _apart(person, way) + way * 0.02, height, 0.3, thick, bend=bend)
        canvas.paint(0.9 * plane.cover(brow), BROWS)


def draw_nose(canvas: Painted, plane: Plane, person: Person) -> None:
    """A side in the shade and nostrils; a man's is broader."""
    wide = 0.17 if person.male else 0.12
    red, green, blue = (0.74 * part for part in person.skin)
    side = 1 if person.light[0] < 0 else -1
    ridge = oval(plane, side * 0.09 + 0.1 * person.yaw, 0.2, 0.05, 0.24)
    canvas.paint(0.5 * plane.cover(ridge), (red, green, blue))
    canvas.paint(0.75 * plane.cover(lens(plane, 0.15 * person.yaw, 0.47, wide, 0.045, bend=-0.03)), (red, green, blue))


def draw_mouth(canvas: Painted, plane: Plane, person: Person) -> None:
    """A smile is broad, its corners high, mostly with teeth, and draws a line down each cheek; else lips are closed."""
    rose = 0.25 + 0.75 * person.make_up
    lips = tuple(
        0.82 * part + rose * 0.55 * (red - 0.82 * part)
        for part, red in zip(person.skin, (206.0, 48.0, 66.0), strict=True)
    )
    colour: Colour = (lips[0], lips[1], lips[2])
    full = 0.075 if person.male else 0.115
    if not person.smiling:
        lens_ = lens(plane, 0.0, 0.8, 0.3, full, bend=0.015)
        canvas.paint(plane.cover(lens_), colour, "mouth")
        canvas.paint(0.8 * plane.cover(lens(plane, 0.0, 0.8, 0.28, 0.02, bend=0.02)), _dark(colour))
        return
    folds = larger(*(oval(plane, way * 0.54, 0.62, 0.035, 0.2) for way in _SIDES))
    canvas.paint(0.3 * plane.cover(folds), _dark(person.skin))
    if person.open_mouth:
        outer = lens(plane, 0.0, 0.88, 0.46, 0.14 + 0.6 * full, bend=-0.2)
        inner = lens(plane, 0.0, 0.88, 0.41, 0.13, bend=-0.2)
        canvas.paint(plane.cover(outer), colour, "mouth")
        canvas.paint(plane.cover(inner), (248.0, 246.0, 240.0))
        canvas.paint(plane.cover(smaller(inner, 0.93 - plane.v)), (120.0, 34.0, 40.0))
    else:
        canvas.paint(plane.cover(lens(plane, 0.0, 0.88, 0.46, full, bend=-0.22)), colour, "mouth")
        canvas.paint(0.9 * plane.cover(lens(plane, 0.0, 0.87, 0.46, 0.028, bend=-0.22)), _dark(colour))


def _dark(colour: Colour) -> Colour:
    red, green, blue = colour
    return 0.5 * red, 0.5 * green, 0.5 * blue
