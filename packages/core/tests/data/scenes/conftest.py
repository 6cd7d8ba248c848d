"""One scene made by hand, of which every family's answers can be worked out on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanpath.data.scenes.facts import Facts
from scanpath.data.scenes.family import Family
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.world import Scenes, Thing

CIRCLE, SQUARE, TRIANGLE = range(3)
RED, GREEN, BLUE = range(3)

#: A small red circle top left, a small green circle beside it, a large blue square bottom right, a small green
#: triangle some way left of the square, and a large red circle top right.
FIVE_THINGS = [
    Thing(CIRCLE, RED, 0, 20, 20, 10),
    Thing(CIRCLE, GREEN, 0, 50, 26, 10),
    Thing(SQUARE, BLUE, 1, 110, 106, 16),
    Thing(TRIANGLE, GREEN, 0, 70, 117, 10),
    Thing(CIRCLE, RED, 1, 110, 36, 16),
]

Said = dict[str, tuple[str, tuple[int, ...]]]


@pytest.fixture(scope="session")
def easy() -> SceneOptions:
    return SceneOptions()


@pytest.fixture(scope="session")
def said(easy: SceneOptions) -> Callable[..., Said]:
    """A call that gives answer and objects of all that a family may ask about the scene, by the text of a wording."""
    five = Facts(Scenes.of([FIVE_THINGS]), easy)

    def ask(family: Family, *, wording: int = 0, facts: Facts = five) -> Said:
        solved = family.solve(facts)
        assert solved.answers.shape == (len(facts.rows), len(family.texts))
        return {
            texts[wording]: (family.answers[answer], solved.objects(0, meaning))
            for meaning, (texts, answer) in enumerate(zip(family.texts, solved.answers[0].tolist(), strict=True))
            if answer >= 0
        }

    return ask
