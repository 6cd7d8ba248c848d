"""Attributes of the only object with some others, on one scene made by hand."""

from __future__ import annotations

import pytest

from scanpath.data.scenes.attributes import attribute_family, attribute_values
from scanpath.data.scenes.options import SceneOptions


def test_colors(said, easy) -> None:
    assert said(attribute_family(easy, "color")) == {
        "what color is the square?": ("blue", (2,)),
        "what color is the triangle?": ("green", (3,)),
        "what color is the small triangle?": ("green", (3,)),
        "what color is the large circle?": ("red", (4,)),
        "what color is the large square?": ("blue", (2,)),
    }


def test_shapes(said, easy) -> None:
    assert said(attribute_family(easy, "shape"), wording=3) == {
        "what is the blue object?": ("square", (2,)),
        "what is the small red object?": ("circle", (0,)),
        "what is the large red object?": ("circle", (4,)),
        "what is the large blue object?": ("square", (2,)),
    }


def test_sizes(said, easy) -> None:
    assert said(attribute_family(easy, "size"), wording=2) == {
        "is the square large or small?": ("large", (2,)),
        "is the triangle large or small?": ("small", (3,)),
        "is the blue object large or small?": ("large", (2,)),
        "is the green circle large or small?": ("small", (1,)),
        "is the blue square large or small?": ("large", (2,)),
        "is the green triangle large or small?": ("small", (3,)),
    }


@pytest.mark.parametrize(("asked", "choices"), [("color", 6), ("shape", 4), ("size", 2)])
def test_chance_is_one_in_as_many_as_there_are_values(easy, asked: str, choices: int) -> None:
    family = attribute_family(easy, asked)
    assert (family.name, family.answer_type) == (f"attribute: {asked}", "other")
    assert set(family.choices) == {choices}
    assert family.answers == attribute_values(easy, asked)


def test_values_belong_to_the_world() -> None:
    hard = SceneOptions(world="hard")
    assert attribute_values(hard, "shape") == ("circle", "square", "triangle", "cross", "diamond", "ring")
    assert attribute_values(hard, "color")[6:] == ("orange", "white")
    assert attribute_values(hard, "size") == ("small", "large")
