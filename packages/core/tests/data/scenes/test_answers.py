from __future__ import annotations

import collections

import pytest

from scanpath.data.scenes.answers import PEOPLE, human_answers
from scanpath.data.scenes.facts import PLACES
from scanpath.data.scenes.options import COLORS, SHAPES, SIZES
from scanpath.data.scenes.randomness import Draws
from scanpath.metrics.answers import normalise

PLAIN = [*COLORS, *SHAPES, *SIZES, *PLACES, "yes", "no", *map(str, range(9))]


def official(prediction: str, answers: tuple[str, ...]) -> float:
    """The official accuracy, by its definition and without its shortcuts."""
    if len(set(answers)) > 1:
        prediction, answers = normalise(prediction), tuple(map(normalise, answers))
    others = [[*answers[:place], *answers[place + 1 :]] for place in range(len(answers))]
    return sum(min(1.0, rest.count(prediction) / 3) for rest in others) / len(answers)


def test_the_plain_answer_scores_and_people_differ() -> None:
    texts, sureness = human_answers(PLAIN * 53, Draws(3))
    scores = [official(plain, ten) for plain, ten in zip(PLAIN * 53, texts, strict=True)]
    assert sum(scores) / len(scores) >= 0.97
    assert min(scores) >= 0.9
    for plain, ten in zip(PLAIN * 53, texts, strict=True):
        assert len(ten) == PEOPLE
        assert sum(normalise(text) == normalise(plain) for text in ten) >= 4
    unlike = [len(set(map(normalise, ten))) > 1 for ten in texts]
    assert 0.5 < sum(unlike) / len(unlike) < 0.95
    assert set(collections.Counter(word for ten in sureness for word in ten)) == {"yes", "maybe", "no"}


@pytest.mark.parametrize("plain", PLAIN)
def test_every_answer_has_noise_of_each_kind(plain: str) -> None:
    (texts, _) = human_answers([plain] * 97, Draws(5))
    found = {text for ten in texts for text in ten}
    assert plain in found
    assert any(normalise(text) == normalise(plain) for text in found - {plain})
    assert sum(normalise(text) != normalise(plain) for text in found) >= 2


def test_two_people_write_number_words_and_articles() -> None:
    texts, _ = human_answers(["2"] * 97 + ["circle"] * 97, Draws(7))
    found = {text for ten in texts for text in ten}
    assert {"two", "Two", "the circle", "Circle", "round"} <= found
