"""Who is drawn: hair colour, gender and smile, each by itself, and everything that varies with them or without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scanpath.data.scenes.randomness import Draws

HAIR = ("black", "blond", "brown")
Style = Literal["short", "bob", "long"]
Colour = tuple[float, float, float]

_HAIR_COLOURS = {"black": (30, 26, 28), "blond": (224, 188, 110), "brown": (112, 68, 38)}
_HAIR_SPREAD = {"black": 9, "blond": 18, "brown": 13}
_SKIN = ((246, 214, 190), (238, 196, 164), (226, 176, 140), (198, 146, 110), (158, 108, 78))
_IRIS = ((70, 50, 36), (92, 66, 40), (74, 112, 140), (84, 120, 84))
_STYLES: dict[bool, tuple[Style, ...]] = {
    True: ("short",) * 7 + ("bob",),
    False: ("long",) * 5 + ("bob",) * 2 + ("short",),
}
"""By whether it is a man: styles overlap, so that hair alone does not tell the gender."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """A face before it is drawn: lengths in half widths of a face, angles as slopes, colours from 0 to 255."""

    hair: int
    """Its place in :data:`HAIR`."""
    male: bool
    smiling: bool
    open_mouth: bool
    glasses: bool
    beard: float
    """Strength of a stubble, from 0 to 1; of seven men in eight, so that much of a face tells its gender."""
    bangs: bool
    earrings: bool
    style: Style
    skin: Colour
    hair_colour: Colour
    iris: Colour
    clothes: Colour
    make_up: float
    """How red lips are, from 0 to 1."""
    scale: float
    """Half the face's width in parts of the picture's."""
    x: float
    """Where the face is, in parts of the picture's width from its middle, to the right."""
    y: float
    roll: float
    """Half the tangent of the angle that the head is tilted by."""
    yaw: float
    """How far eyes, nose and mouth are turned aside."""
    pitch: float
    """How far they are turned down."""
    long: float
    """Height of the face, of an average one."""
    parting: float
    """Slope of the hairline."""
    volume: float
    """How far the hair stands off."""
    light: tuple[float, float]
    """How much brighter it is to the right, and below."""
    brightness: float
    gaze: float
    arch: float
    """Of the brows, of an average one."""


def draw_person(draws: Draws) -> Person:
    """Draw a person; hair colour, gender and smile are even and independent of each other."""
    hair, male, smiling = draws.below(3), draws.below(2) == 1, draws.below(2) == 1
    style = _STYLES[male][draws.below(8)]
    kind = HAIR[hair]
    return Person(
        hair=hair,
        male=male,
        smiling=smiling,
        open_mouth=smiling and draws.below(4) > 0,
        glasses=draws.below(12) == 0,
        beard=between(draws, 0.4, 0.9) if draws.below(8) and male else 0.0,
        bangs=draws.below(10) < (2 if male else 4),
        earrings=draws.below(3) == 0 and not male,
        style=style,
        skin=_near(draws, _SKIN[draws.below(len(_SKIN))], 7),
        hair_colour=_near(draws, _HAIR_COLOURS[kind], _HAIR_SPREAD[kind]),
        iris=_near(draws, _IRIS[draws.below(len(_IRIS))], 10),
        clothes=(draws.below(220) + 10.0, draws.below(220) + 10.0, draws.below(220) + 10.0),
        make_up=0.0 if male else between(draws, 0.45, 1.0),
        scale=between(draws, 0.255, 0.295),
        x=between(draws, -0.05, 0.05),
        y=between(draws, -0.02, 0.05),
        roll=between(draws, -0.11, 0.11),
        yaw=between(draws, -0.2, 0.2),
        pitch=between(draws, -0.07, 0.07),
        long=between(draws, 0.95, 1.07),
        parting=between(draws, -0.35, 0.35),
        volume=between(draws, 0.0, 0.14),
        light=(between(draws, -0.16, 0.16), between(draws, -0.12, 0.06)),
        brightness=between(draws, 0.84, 1.1),
        gaze=between(draws, -0.05, 0.05),
        arch=between(draws, 0.7, 1.3),
    )


def between(draws: Draws, low: float, high: float) -> float:
    """Draw one of 1,024 even steps from ``low`` to ``high``."""
    return low + (high - low) * draws.below(1024) / 1023


def _near(draws: Draws, colour: tuple[int, int, int], width: int) -> Colour:
    """Draw a colour near another: lighter or darker, and a little redder, greener or bluer."""
    all_of_it = draws.spread(width)
    red, green, blue = (float(part + all_of_it + draws.spread(width // 3)) for part in colour)
    return red, green, blue
