"""The sheet of an answer: everything is on it, and it grows with its content and not with the picture."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.report.answer_sheet import BAR, LARGEST, MARGIN, NARROWEST, WIDTH, Sheet, answer_sheet, sized
from scanpath.report.panels import Panel

TEAL = (0, 160, 90)
PICTURE = np.full((64, 64, 3), TEAL, dtype=np.uint8)


def sheet(**changes: object) -> np.ndarray:
    given = {"question": "how many?", "answers": [("two", 0.75), ("three", 0.25)], "picture": PICTURE, "panels": []}
    return np.asarray(answer_sheet(Sheet(**{**given, **changes})))


def hops(count: int) -> list[Panel]:
    return [Panel(name=f"hop {number}", weights=np.eye(3)) for number in range(count)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((64, 64), (192, 192)),
        ((100, 400), (96, 384)),
        ((3000, 4000), (288, 384)),
        ((1, 9000), (1, 384)),
        ((1, 300), (1, 300)),
    ],
)
def test_pictures_are_brought_to_a_size_to_look_at(given: tuple[int, int], expected: tuple[int, int]) -> None:
    assert sized(np.zeros((*given, 3), np.uint8)).shape[:2] == expected
    assert max(expected) <= LARGEST


def test_the_picture_stands_below_question_and_answers() -> None:
    found = sheet()
    assert found.shape[1] == NARROWEST
    rows, columns = np.nonzero((found == TEAL).all(axis=2))
    assert (columns.min(), columns.max()) == (MARGIN, MARGIN + 191)
    assert rows.max() - rows.min() == 191


def test_bars_are_as_long_as_answers_are_sure() -> None:
    blue = (sheet() == BAR).all(axis=2).sum(axis=1)
    assert sorted({*blue.tolist()}) == [0, 31, 91]  # of 120 pixels, both ends drawn
    assert not (sheet(answers=[("no", 0.0)]) == BAR).all(axis=2).any()


def test_many_panels_are_broken_into_rows() -> None:
    two, nine = sheet(panels=hops(2)), sheet(panels=hops(9))
    assert two.shape[1] < nine.shape[1] <= WIDTH
    assert nine.shape[0] - two.shape[0] == 192 + 26 + 16


def test_words_stand_on_the_colours_of_their_weights() -> None:
    maps = {"hop 1": np.array([0.75, 0.25]), "hop 2": np.array([0.0, 0.0])}
    found, without = sheet(words=["how", "many"], word_maps=maps), sheet()
    assert found.shape[0] - without.shape[0] == 2 * (22 + 48 + 16)
    long = sheet(words=["many"] * 40, word_maps={"hop 1": np.full(40, 1 / 40)})
    assert long.shape[1] == NARROWEST
    assert long.shape[0] > found.shape[0]
