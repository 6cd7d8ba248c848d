"""Hair: a cap with an opening for the face, and for longer styles what hangs behind and beside it."""

from __future__ import annotations

import numpy as np

from scanpath_attention_rnn.data.faces.features import Painted
from scanpath_attention_rnn.data.faces.people import Person
from scanpath_attention_rnn.data.faces.shapes import Floats, Plane, larger, oval, smaller

_END = {"short": 0.05, "bob": 1.25, "long": 2.6}
"""How far down each style reaches."""


def _outer(plane: Plane, person: Person) -> Floats:
    """Return the distances from the outline of all hair."""
    volume = person.volume + (0.03 if person.style == "short" else 0.12)
    cap = oval(plane, 0.0, -0.16, 1.06 + volume, 1.3 + volume)
    if person.style == "short":
        return smaller(cap, plane.v - _END["short"])
    end = _END[person.style]
    hanging = oval(plane, 0.0, 0.5 * (end - 0.5), 1.1 + volume, 0.5 * (end + 0.7), square=0.75)
    return larger(cap, hanging)


def _opening(plane: Plane, person: Person) -> Floats:
    """Return the distances from where the face looks out."""
    slanted = Plane(plane.u, plane.v + person.parting * 0.5 * plane.u, plane.unit)
    top = -0.5 if person.bangs else -0.86
    wide = 0.93 if person.style == "short" else 0.84
    middle = 0.35
    face = oval(slanted.moved(0.25 * person.yaw, 0.0), 0.0, middle, wide, middle - top, square=0.35)
    below = smaller(np.abs(plane.u) - wide * 0.86, middle - plane.v)
    return larger(face, below)


def _coloured(plane: Plane, person: Person, strands: Floats) -> Floats:
    """Return the colours of hair, (side, side, 3): strands, and a sheen where the head is round."""
    bent = plane.u * (4.2 + 0.6 * plane.v) + 0.35 * strands
    waves = np.abs(bent - np.floor(bent) - 0.5) * 4 - 1
    sheen = np.clip(1 - np.abs(plane.v + 0.85 - 0.2 * plane.u * plane.u) / 0.3, 0.0, 1.0)
    factor = 1 + 0.1 * waves + 0.12 * strands + 0.25 * sheen
    return np.asarray(person.hair_colour) * factor[..., None] + 9 * sheen[..., None]


def draw_back_hair(canvas: Painted, plane: Plane, person: Person, strands: Floats) -> None:
    """Draw what hangs behind neck and shoulders."""
    if person.style != "short":
        canvas.paint(plane.cover(_outer(plane, person)), 0.72 * _coloured(plane, person, strands), "hair")


def draw_front_hair(canvas: Painted, plane: Plane, person: Person, strands: Floats) -> None:
    """Draw what lies on the head and beside the face."""
    front = smaller(_outer(plane, person), -_opening(plane, person))
    canvas.paint(plane.cover(front), _coloured(plane, person, strands), "hair")
