"""Who is drawn: even attributes that tell nothing of each other, and hair that alone does not tell the gender."""

from __future__ import annotations

from collections import Counter

import pytest

from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.faces.people import draw_person


@pytest.fixture(scope="module")
def people():
    return [draw_person(Draws(7, number)) for number in range(2400)]


def test_attributes_are_even_and_independent(people):
    counted = Counter((one.hair, one.male, one.smiling) for one in people)
    assert len(counted) == 12
    assert min(counted.values()) > 150  # of 200
    assert max(counted.values()) < 250


def test_styles_overlap(people):
    for male in (True, False):
        styles = Counter(one.style for one in people if one.male == male)
        assert styles["short"] > 90
        assert styles["bob"] > 90
        assert (styles["long"] == 0) == male


def test_a_gender_and_a_smile_bring_what_they_bring(people):
    men, women = ([one for one in people if one.male == male] for male in (True, False))
    assert 0.84 < sum(one.beard > 0 for one in men) / len(men) < 0.91
    assert not any(one.make_up for one in men)
    assert not any(one.beard for one in women)
    assert min(one.make_up for one in women) >= 0.45
    assert not any(one.open_mouth and not one.smiling for one in people)
    assert any(one.smiling and not one.open_mouth for one in people)


def test_colours_of_hair_lie_apart(people):
    """The lightest black is darker than the darkest brown, and that than the darkest blond."""
    ranges = [[sum(one.hair_colour) for one in people if one.hair == hair] for hair in range(3)]
    black, blond, brown = ranges
    assert max(black) < min(brown)
    assert max(brown) < min(blond)
