"""Words that fit, on colours on which they can be read."""

from __future__ import annotations

import pytest

from scanpath.report.lettering import font, heat_colour, ink_on, lines, shortened

FACE = font(14)


def test_lines_fit_and_lose_no_word() -> None:
    text = "how many of the large spheres are behind the little cube"
    found = list(lines(text, 150, FACE))
    assert len(found) > 1
    assert " ".join(found) == text
    assert all(FACE.getlength(line) <= 150 for line in found)
    assert list(lines("", 150, FACE)) == []


def test_a_space_that_is_no_break_is_none() -> None:
    assert list(lines("a\tlarge 16\N{NO-BREAK SPACE}%", 40, FACE)) == ["a", "large", "16\N{NO-BREAK SPACE}%"]


def test_a_word_that_is_too_wide_is_cut_and_says_so() -> None:
    found = list(lines("is Donaudampfschifffahrt long", 90, FACE))
    assert found[1].endswith("…")
    assert (found[0], found[2]) == ("is", "long")
    assert all(FACE.getlength(line) <= 90 for line in found)
    assert shortened("long", 0, FACE) == "…"


def test_letters_beyond_english_have_shapes() -> None:
    assert FACE.getmask("ж").getbbox() != FACE.getmask("\U0010fffe").getbbox()


@pytest.mark.parametrize(("value", "ink"), [(0.0, 255), (1.0, 20)])
def test_ink_can_be_read_on_its_colour(value: float, ink: int) -> None:
    assert ink_on(heat_colour(value)) == (ink, ink, ink)
