"""What all families have in common, and how columns of answers are put together."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.data.scenes.facts import Facts
from scanpath.data.scenes.family import Family, pointed
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.questions import families
from scanpath.data.scenes.world import Scenes, draw_scene, scene_draws

EASY, HARD = SceneOptions(seed=5), SceneOptions(seed=5, world="hard")
ALL = [
    pytest.param(family, options, id=f"{family.name}, {options.world}")
    for options in (EASY, HARD)
    for family in families(options)
]


def test_columns_of_answers_and_chains_that_begin_with_the_object_asked_about() -> None:
    answers = [np.array([3, -1]), np.array([0, 1]), np.array([7, 2])]
    chains = [[np.array([5, -1])], [np.array([1, 0]), np.array([4, 2])], [np.array([6, 3])]]
    solved = pointed(answers, chains)
    assert solved.answers.dtype == np.int8
    assert solved.answers.tolist() == [[3, 0, 7], [-1, 1, 2]]
    assert solved.objects(0, 1) == (1, 4)
    assert solved.objects(1, 1) == (0, 2)
    assert solved.objects(1, 2) == (3,)
    assert all(type(number) is int for number in solved.objects(0, 1)), "JSON takes no numpy numbers"


@pytest.mark.parametrize(
    ("name", "meanings", "wordings"),
    [
        ("attribute: color", 3 * 5 - 1, 4),  # 2 sizes or none, 4 shapes or none, not nothing at all
        ("attribute: shape", 3 * 7 - 1, 4),
        ("attribute: size", 7 * 5 - 1, 3),
        ("existence", 3 * 7 * 5 - 1, 4),
        ("counting", 3 * 7 * 5 - 1 - 2 * 6 * 4, 4),  # one or two attributes
        ("comparing", 5 * (2 * 1 + 6 * 5 + 4 * 3) // 2, 2),  # more, fewer of two in order, equal of two in any
        ("relation: nearest", (4 + 6 * 4) + (6 + 6 * 4), 2),
        ("relation: side", 4 * (4 * 3 + 6 * 5), 2),
        ("two-step", 2 * 4 * (4 + 6), 2),
        ("place: what is there", 2 * (4 + 4), 2),
        ("place: where", 3 * 7 * 5 - 1 - 2, 3),
    ],
)
def test_how_much_can_be_asked(name: str, meanings: int, wordings: int) -> None:
    (family,) = (family for family in families(EASY) if family.name == name)
    assert len(family.texts) == meanings
    assert {len(texts) for texts in family.texts} == {wordings}


@pytest.mark.parametrize(("family", "options"), ALL)
def test_every_family_keeps_its_word(family: Family, options: SceneOptions) -> None:
    scenes = Scenes.of([draw_scene(scene_draws(options, "val", index), options) for index in range(23)])
    facts = Facts(scenes, options)
    solved = family.solve(facts)
    assert solved.answers.shape == (23, len(family.texts)) == (23, len(family.choices))
    assert solved.answers.min() >= -1
    assert solved.answers.max() < len(family.answers)
    assert (solved.answers >= 0).any(axis=0).mean() > 0.05, "most of it is never asked"
    for scene, meaning in np.argwhere(solved.answers >= 0)[::7].tolist():
        assert all(facts.present[scene, thing] for thing in solved.objects(scene, meaning))


@pytest.mark.parametrize(("family", "options"), ALL)
def test_no_two_meanings_have_the_same_words(family: Family, options: SceneOptions) -> None:
    words = [text for texts in family.texts for text in dict.fromkeys(texts)]
    assert len(words) == len(set(words))
    assert all(text.endswith("?") and "{" not in text and text == " ".join(text.split()).lower() for text in words)
    assert len(set(family.answers)) == len(family.answers)
    assert 2 <= min(family.choices) <= max(family.choices) <= len(family.answers)
