"""Pages carry every number under its head, and verdicts with their margins."""

from __future__ import annotations

import numpy as np

from scanpath_sla.figures.statements import margin_of, state
from scanpath_sla.figures.wording import bias_page, stacks_page, steps_page

MACHINE = {"processor": "an abacus", "versions": {"torch": "2.15"}, "commit": "abc"}


def statement():
    return state("It is so.", "4.1", "a difference", {"one": margin_of(np.ones((3, 30)))}).plain()


def test_stacks():
    kind = {"name": "SLA", "seeds": [0, 1], "deviations": [0.25, 0.5], "ratio": 0.5, "counts": [[1], [2]]}
    result = {
        "questions": 1234,
        "split": "val",
        "kinds": [kind],
        "statements": [statement()],
        "hardware": MACHINE,
    }
    columns = {"deviations": "deviation", "ratio": "first over last"}
    page = stacks_page(result, title="Gradients", columns=columns, words="Of W_v.", items="batches")
    assert "| stack | seeds | deviation, layer 1 | deviation, layer 2 | first over last |" in page
    assert "| SLA | 0, 1 | 0.25 | 0.5 | 0.5 |" in page
    assert "1,234 questions of val. Of W_v." in page
    assert "* It is so. (4.1) **" in page
    assert "  * one: +1.0000 (+1.0000 to +1.0000), seeds +1.0000, +1.0000, +1.0000" in page
    assert "Measured on an abacus, torch 2.15, commit abc." in page


def test_steps():
    drawn = [{"question": "what is it?", "said": "red (it is blue)", "moved": 0.5}]
    moved = {"value": 0.25, "low": 0.2, "high": 0.3}
    facts = {"questions": 10, "data": "scenes/val", "run": "abc", "layers": 2}
    page = steps_page({**facts, "moved": moved, "drawn": drawn, "hardware": MACHINE})
    assert "Moved: 0.250 (0.200 to 0.300, 95 % over pictures)." in page
    assert "| what is it? | red (it is blue) | 0.500 |" in page


def test_bias():
    asked = {"question": "what is on top?", "place": "top", "contrasts": [0.5, -0.25]}
    page = bias_page({"runs": ["a", "b"], "questions": [asked], "statements": [statement()], "hardware": MACHINE})
    assert "| what is on top? | top | +0.5000, -0.2500 |" in page
    assert "With at least three seeds and 20 questions, a sentence holds if" in page
    assert "95 % interval over questions, fails if one is below 0 likewise" in page
