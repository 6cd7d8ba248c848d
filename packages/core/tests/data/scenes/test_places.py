"""What is at a place and where something is, on one scene made by hand and at the margins."""

from __future__ import annotations

import pytest

from scanpath.data.scenes.facts import Facts
from scanpath.data.scenes.places import what_family, where_family
from scanpath.data.scenes.world import Scenes, Thing


def test_what_is_there(said, easy) -> None:
    red, blue, green = ("red", (0,)), ("blue", (2,)), ("green", (3,))
    assert said(what_family(easy)) == {
        "what color is the object in the top left corner?": red,
        "what color is the object in the top right corner?": ("red", (4,)),
        "what color is the object in the bottom right corner?": blue,
        "what color is the leftmost object?": red,
        "what color is the topmost object?": red,  # by 6, which is just clear
        "what color is the lowest object?": green,
        "what shape is the object in the top left corner?": ("circle", (0,)),
        "what shape is the object in the top right corner?": ("circle", (4,)),
        "what shape is the object in the bottom right corner?": ("square", (2,)),
        "what shape is the leftmost object?": ("circle", (0,)),
        "what shape is the topmost object?": ("circle", (0,)),
        "what shape is the lowest object?": ("triangle", (3,)),
    }  # two are equally far right; what is nearest to the bottom left corner lies in the right half


def test_other_words_for_a_corner(said, easy) -> None:
    what = said(what_family(easy), wording=1)
    assert what["what is the shape of the object closest to the top left corner?"] == ("circle", (0,))
    assert what["what is the color of the lowest object?"] == ("green", (3,))


def test_where(said, easy) -> None:
    where = said(where_family(easy))
    assert where["where is the large circle?"] == ("top right", (4,))
    assert where["where is the square?"] == ("bottom right", (2,))
    assert where["where is the small red object?"] == ("top left", (0,))
    assert where["where is the triangle?"] == ("bottom right", (3,))  # right of the middle by 6
    assert "where is the circle?" not in where, "there are three"
    texts = {texts[0] for texts in where_family(easy).texts}
    assert "where is the red object?" in texts
    assert "where is the large object?" not in texts, "a size alone seldom tells one apart"


@pytest.mark.parametrize(
    ("x", "y", "answer"),
    [
        (70, 70, "bottom right"),
        (58, 70, "bottom left"),
        (70, 58, "top right"),
        (58, 58, "top left"),
        (69, 70, None),
        (70, 69, None),
        (64, 20, None),
    ],
)
def test_no_corner_near_the_middle(said, easy, x: int, y: int, answer: str | None) -> None:
    facts = Facts(Scenes.of([[Thing(0, 0, 0, x, y, 10), Thing(1, 1, 0, 100, 100, 10)]]), easy)
    found = said(where_family(easy), wording=1, facts=facts).get("in which corner of the picture is the circle?")
    assert found == (None if answer is None else (answer, (0,)))


def test_chance_is_one_in_four_corners(easy) -> None:
    family = where_family(easy)
    assert family.answers == ("top left", "top right", "bottom left", "bottom right")
    assert set(family.choices) == {4}
    assert set(what_family(easy).choices) == {6, 4}


def test_no_object_is_not_the_last_one(said, easy) -> None:
    eight = Facts(Scenes.of([[Thing(0, 0, 0, 12 * number, 12, 10) for number in range(8)]]), easy)
    assert eight.present.all()
    assert said(where_family(easy), facts=eight) == {}, "all eight are alike"
