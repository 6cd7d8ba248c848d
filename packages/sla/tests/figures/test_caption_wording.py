"""Pages of captions say what was measured."""

from __future__ import annotations

import pytest

from scanpath.environment import hardware
from scanpath_sla.figures.caption_wording import epochs_page, words_page

DRAWN = [{"image": "7.png", "caption": "a dog", "people": ["a red dog", "one dog"]}]


@pytest.fixture(scope="module")
def machine():
    return hardware()


def test_words(machine):
    moved = {"value": 0.25, "low": 0.125, "high": 0.5}
    result = {"hardware": machine, "pictures": 1200, "data": "x/val", "run": "r", "beam": 3, "drawn": DRAWN}
    page = words_page({**result, "moved": moved})
    assert "1,200 pictures of x/val, run r, beam 3." in page
    assert "Moved: 0.250 (0.125 to 0.500, 95 % over pictures)." in page
    assert "| 7.png | a dog | a red dog |" in page
    assert "Moved: no caption has two words." in words_page({**result, "moved": None})


def test_epochs(machine):
    kind = {
        "name": "decoder", "seeds": [0, 1], "steps": [1, 1000], "BLEU-4": [[0.1, 0.3], [0.2, 0.1]],
        "CIDEr": [[0.5, 1.0], [0.5, 0.6]], "rose": {"BLEU-4": 1, "CIDEr": 2},
    }  # fmt: skip
    page = epochs_page({"hardware": machine, "kinds": [kind]})
    assert "| 1 | 0.150 | 0.500 |\n| 1,000 | 0.200 | 0.800 |" in page
    assert "BLEU-4 rose in 1 of 2 runs, CIDEr rose in 2 of 2 runs." in page
