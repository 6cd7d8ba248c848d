from __future__ import annotations

import numpy as np

from scanpath.data.scenes.facts import Description, Facts, clearly_first, descriptions
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.world import Scenes, Thing

OPTIONS = SceneOptions()
RED, GREEN = 0, 1
CIRCLE, SQUARE = 0, 1

#: A red circle top left, a green circle right beside it, a large red square bottom right, a small one at the middle.
HAND_MADE = [
    Thing(CIRCLE, RED, 0, 20, 20, 10),
    Thing(CIRCLE, GREEN, 0, 50, 24, 10),
    Thing(SQUARE, RED, 1, 110, 108, 16),
    Thing(SQUARE, RED, 0, 66, 70, 10),
]
FACTS = Facts(Scenes.of([HAND_MADE, HAND_MADE[:1] * 2]), OPTIONS)


def test_descriptions_say_at_least_one_attribute() -> None:
    known = descriptions(OPTIONS)
    assert len(known) == len(set(known)) == 3 * 7 * 5 - 1
    assert Description(1, RED, SQUARE).text(OPTIONS) == "large red square"
    assert Description(color=GREEN).text(OPTIONS, plural=True) == "green objects"
    assert Description(shape=3).text(OPTIONS, plural=True) == "crosses"


def test_who_matches() -> None:
    assert FACTS.members(Description(color=RED))[0].tolist() == [True, False, True, True] + [False] * 4
    assert FACTS.count[0, FACTS.number_of[Description(color=RED)]] == 3
    assert FACTS.only(Description(color=GREEN)).tolist() == [1, -1]
    assert FACTS.only(Description(0, RED, SQUARE)).tolist() == [3, -1]
    assert FACTS.only(Description(color=RED)).tolist() == [-1, -1]
    assert FACTS.attribute("shape", np.asarray([2, -1])).tolist() == [SQUARE, -1]


def test_who_is_near() -> None:
    assert FACTS.nearest[0].tolist() == [1, 0, 3, 1, -1, -1, -1, -1]


def test_who_is_on_which_side() -> None:
    left, right, above, below = FACTS.side[0]
    assert right[0].tolist() == [False, True, True, True] + [False] * 4
    assert left[0].sum() == 0
    assert below[0].tolist() == [False, False, True, True] + [False] * 4  # the green one lies only 4 half pixels lower
    assert above[2].tolist() == [True, True, False, True] + [False] * 4


def test_who_is_outermost_and_in_a_corner() -> None:
    assert FACTS.farthest(FACTS.present, 0)[0] == 0
    assert FACTS.farthest(FACTS.present, 1)[0] == 2
    assert FACTS.farthest(FACTS.present, 2)[0] == -1  # too close to call
    assert FACTS.farthest(FACTS.members(Description(shape=SQUARE)), 2)[0] == 3
    assert FACTS.corner[0].tolist() == [0, -1, -1, 2]
    assert FACTS.quarter[0].tolist() == [0, 0, 3, -1, -1, -1, -1, -1]


def test_the_first_must_be_clear() -> None:
    far = 1 << 20
    assert clearly_first(np.asarray([[5, 11, 90], [5, 10, 90], [far, far, far], [far, 3, far]])).tolist() == [
        0,
        -1,
        -1,
        1,
    ]
