"""From one object to another: on one scene made by hand, and at the margins where a relation begins to hold."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.data.scenes.facts import DIRECTIONS, Description, Facts
from scanpath.data.scenes.relations import (
    looked_up,
    nearest_family,
    next_to,
    on_side,
    side_family,
    two_step_family,
)
from scanpath.data.scenes.world import Scenes, Thing

GREEN = 1
LEFT, RIGHT, ABOVE, BELOW = (DIRECTIONS.index(way) for way in ("left", "right", "above", "below"))


def test_nearest(said, easy) -> None:
    nearest = said(nearest_family(easy))
    assert nearest["what color is the object nearest to the square?"] == ("green", (3, 2))
    assert nearest["what shape is the object nearest to the blue object?"] == ("triangle", (3, 2))
    assert nearest["what shape is the object nearest to the green circle?"] == ("circle", (0, 1))
    assert "what color is the object nearest to the blue object?" not in nearest, "green is all that is left"
    assert "what color is the object nearest to the circle?" not in nearest, "there are three"


def test_side(said, easy) -> None:
    side = said(side_family(easy))
    assert side["what shape is the green object above the blue object?"] == ("circle", (1, 2))
    assert "what color is the circle left of the square?" not in side, "two are"
    assert "what shape is the blue object left of the red object?" not in side, "two are red"
    other = said(side_family(easy), wording=1)
    assert other["what is the shape of the green object higher up than the blue object?"] == ("circle", (1, 2))


def test_two_steps(said, easy) -> None:
    steps = said(two_step_family(easy))
    assert steps["what color is the object nearest to the leftmost circle?"] == ("green", (1, 0))
    assert steps["what shape is the object nearest to the lowest green object?"] == ("square", (2, 3))
    assert not any("square" in text for text in steps), "one square needs no leftmost"
    other = said(two_step_family(easy), wording=1)
    assert other["what is the color of the object closest to the leftmost circle?"] == ("green", (1, 0))


def test_answers_are_colors_then_shapes(easy) -> None:
    facts = Facts(Scenes.of([[Thing(2, 1, 0, 20, 20, 10), Thing(0, 4, 1, 80, 80, 16)]] * 3), easy)
    targets = np.array([0, 1, -1])
    assert looked_up(facts, "color", targets).tolist() == [1, 4, -1]
    assert looked_up(facts, "shape", targets).tolist() == [6 + 2, 6 + 0, -1]
    for family in (nearest_family(easy), side_family(easy), two_step_family(easy)):
        assert family.answers[6:] == ("circle", "square", "triangle", "cross")
        asks_color = ["color" in texts[0].split() for texts in family.texts]
        assert family.choices == tuple(6 if color else 4 for color in asks_color)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ((20, 56, 10), 1),  # 36 against 30: clear by 6
        ((20, 55, 10), -1),  # 35 against 30: no person could tell
        ((20, 56, 17), -1),  # the centre is farther, but the edge is nearer: 36 - 17 < 30 - 10
    ],
)
def test_nearest_needs_a_margin_by_centre_and_by_edge(easy, second: tuple[int, int, int], expected: int) -> None:
    things = [Thing(0, 0, 0, 20, 20, 10), Thing(1, 1, 0, 50, 20, 10), Thing(2, 2, 0, *second)]
    facts = Facts(Scenes.of([things, things]), easy)
    assert next_to(facts, np.array([0, -1])).tolist() == [expected, -1]


def _green_around(*places: tuple[int, int], origin_color: int = 2) -> list[Thing]:
    return [Thing(1, origin_color, 0, 64, 64, 10), *(Thing(0, GREEN, 0, x, y, 10) for x, y in places)]


@pytest.mark.parametrize(
    ("things", "direction", "expected"),
    [
        (_green_around((30, 64), (100, 64)), LEFT, 1),
        (_green_around((30, 64), (100, 64)), RIGHT, 2),
        (_green_around((30, 64), (100, 64)), ABOVE, -1),  # at the same height
        (_green_around((64, 70), (64, 20)), BELOW, 1),  # clear by 6
        (_green_around((64, 69), (64, 20)), BELOW, -1),  # by 5 only
        (_green_around((64, 69), (64, 20)), ABOVE, -1),  # the other one is not clearly below
        (_green_around((30, 64), (20, 20)), LEFT, -1),  # both are
        (_green_around((30, 64)), LEFT, -1),  # the only one: the side would not matter
        (_green_around((30, 64), (100, 64), origin_color=GREEN), LEFT, -1),  # the origin is one of them
    ],
)
def test_one_of_a_group_on_a_side(easy, things: list[Thing], direction: int, expected: int) -> None:
    facts = Facts(Scenes.of([things, things]), easy)
    green = Description(color=GREEN)
    assert on_side(facts, green, direction, np.array([0, -1])).tolist() == [expected, -1]


def test_no_object_is_not_the_last_one(easy) -> None:
    things = [Thing(0, 0, 0, 12 * number, 12, 10) for number in range(5)]
    things += [Thing(0, GREEN, 0, 30, 100, 10), Thing(0, GREEN, 0, 120, 100, 10), Thing(1, 2, 0, 64, 100, 10)]
    facts = Facts(Scenes.of([things, things]), easy)
    assert len(things) == facts.x.shape[1], "every place is taken, so that -1 would be an object"
    assert next_to(facts, np.array([7, -1])).tolist() == [5, -1]
    assert on_side(facts, Description(color=GREEN), LEFT, np.array([7, -1])).tolist() == [5, -1]
    assert looked_up(facts, "shape", np.array([7, -1])).tolist() == [7, -1]
