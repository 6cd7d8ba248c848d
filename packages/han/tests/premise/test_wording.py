"""Numbers with their intervals, and a page that names what is missing."""

from __future__ import annotations

import pytest

from scanpath_han.premise import wording


def figure(value=0.77, low=0.762, high=0.7781, seeds=(0.77,)):
    return {"value": value, "low": low, "high": high, "seeds": seeds}


@pytest.mark.parametrize(
    ("given", "signed", "words"),
    [
        (None, False, "–"),
        (figure(), False, "0.770 (0.762 to 0.778)"),
        (figure(seeds=(0.8, 0.74)), False, "0.770 (0.762 to 0.778; seeds 0.740 to 0.800)"),
        (figure(seeds=(0.77, 0.7700001)), False, "0.770 (0.762 to 0.778)"),
        (figure(-0.0001, -0.002, 0.0004, seeds=(-0.0001,)), True, "+0.000 (-0.002 to +0.000)"),
    ],
)
def test_a_number(given, signed, words):
    assert wording.number(given, signed=signed) == words


def test_a_page():
    result = {
        "hardware": {"processor": "a machine", "versions": {"torch": "2.15"}, "commit": "abc"},
        "data": "scenes",
        "split": "test",
        "pictures": 7,
        "questions": 1234,
        "asked": 5,
        "networks": [{"name": "a network", "grid": [8, 9], "figures": {"norm/any": figure(), "best/any": figure()}}],
        "missing": [{"name": "another", "reason": "it is elsewhere."}],
    }
    page = wording.markdown(result)
    assert "7 pictures of scenes/test and their 1,234 questions, of which 5 are about one object." in page
    assert "| a network (8x9) | norm of the features | 0.770 (0.762 to 0.778) | – | – |\n|  | the best map" in page
    assert "* another: it is elsewhere." in page
    assert "presence, question" not in page
    assert page.endswith("Measured on a machine, torch 2.15, commit abc.\n")
    assert "* another" not in wording.markdown({**result, "missing": []})
