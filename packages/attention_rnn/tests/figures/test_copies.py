"""Pictures with one digit in three colours: what stands in them, where, and what they may be made from."""

from __future__ import annotations

import collections

import numpy as np
import pytest

from scanpath.data.scenes.randomness import Draws
from scanpath.errors import ConfigError, DataError
from scanpath_attention_rnn.data.digits.world import COLORS, FEWEST, MOST
from scanpath_attention_rnn.figures import copies


def test_a_plan_has_three_copies_in_three_colours_and_others_once():
    sizes, firsts = set(), 0
    for index in range(200):
        plan = copies.draw_plan(Draws(7, index))
        counts = collections.Counter(one.label for one in plan)
        (copied,) = [label for label, count in counts.items() if count > 1]
        colors = [one.color for one in plan if one.label == copied]
        assert len(colors) == len(set(colors)) == 3
        assert set(counts.values()) == {1, 3}
        assert len(counts) >= 4
        sizes.add(len(plan))
        firsts += plan[0].label == copied
    assert sizes == set(range(6, MOST + 1))
    assert min(sizes) >= FEWEST
    assert 50 < firsts < 130  # of 200: 3 in 6 to 9


def test_a_picture_shows_its_copies_where_it_says(recipe):
    for index in range(5):
        found = copies.draw(recipe, index)
        assert found.picture.shape == (100, 100, 3)
        assert found.copies.shape == (3, 100, 100)
        assert found.asked in found.words
        assert 4 <= len(found.words) == len(set(found.words))
        for box, color in zip(found.copies, found.colors, strict=True):
            inside = found.picture[box & found.target].astype(int)
            brightest = inside[inside.sum(1).argmax()]  # of small glyphs darker than their colour
            alike = {name: brightest @ np.asarray(rgb) / np.linalg.norm(rgb) for name, rgb in COLORS.items()}
            assert max(alike, key=alike.get) == color
        assert found.target.sum() <= found.copies.any(0).sum()
        assert not found.target[~found.copies.any(0)].any()


def test_pictures_follow_from_number_and_seed(recipe):
    one, again, other = copies.draw(recipe, 0), copies.draw(recipe, 0), copies.draw(recipe, 1)
    reseeded = copies.draw(recipe._replace(seed=1), 0)
    np.testing.assert_array_equal(one.picture, again.picture)
    assert not np.array_equal(one.picture, other.picture)
    assert not np.array_equal(one.picture, reseeded.picture)


def test_recipes(tmp_path):
    assert copies.find_recipe("mdist", tmp_path, None, 5).background == "distractors"
    with pytest.raises(ConfigError, match=r"pictures of 'mbg-inverse' cannot have .* take mref, mdist, mbg, mbg-big"):
        copies.find_recipe("mbg-inverse", tmp_path, None, 0)
    with pytest.raises(ConfigError, match="photographs were given for mref, which has none"):
        copies.find_recipe("mref", tmp_path, tmp_path, 0)
    recipe = copies.find_recipe("mbg", tmp_path, tmp_path, 0)
    assert (recipe.background, recipe.photographs) == ("photographs", tmp_path)
    with pytest.raises(DataError, match="holds no photograph"):
        copies.draw(recipe, 0)
