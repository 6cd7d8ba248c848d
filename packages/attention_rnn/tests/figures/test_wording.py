"""Pages: numbers with intervals, a line a network and factor, verdicts with their margins."""

from __future__ import annotations

import pytest

from scanpath_attention_rnn.figures import wording
from scanpath_attention_rnn.figures.modes import Answers, Reach

MEAN = {"value": 0.25, "low": 0.2, "high": 0.3}
MACHINE = {"processor": "a machine", "versions": {"torch": "2.15"}, "commit": "abc"}


@pytest.mark.parametrize(
    ("mean", "options", "words"),
    [
        (MEAN, {}, "0.250 (0.200 to 0.300)"),
        (MEAN, {"share": True}, "25.0 % (20.0 to 30.0)"),
        (MEAN, {"signed": True}, "+0.250 (+0.200 to +0.300)"),
        ({"value": -1e-9, "low": -0.1, "high": 0.0}, {"signed": True}, "+0.000 (-0.100 to +0.000)"),
    ],
)
def test_a_number(mean, options, words):
    assert wording.number(mean, **options) == words


def test_a_page_of_maps():
    drawn = {"question": "red", "answer": "7", "right": False, "correctness": 0.125, "coverage": 0.5}
    network = {
        "name": "ARNN",
        "run": "0f3a",
        "measures": {"accuracy": MEAN, "correctness": MEAN, "coverage": MEAN},
        "drawn": [drawn, {**drawn, "right": True}],
    }
    page = wording.maps_page(
        {
            "hardware": MACHINE,
            "data": "mbg-inverse",
            "split": "test",
            "pictures": 7,
            "questions": 1234,
            "even": 0.0231,
            "networks": [network],
        }
    )
    assert "7 pictures of mbg-inverse/test and their 1,234 questions." in page
    assert "An even map has a correctness of 0.023." in page
    assert "| ARNN (0f3a) | 25.0 % (20.0 to 30.0) | 0.250 (0.200 to 0.300) | 0.250 (0.200 to 0.300) |" in page
    assert "| ARNN | red | ✗ 7 | 0.125 | 0.500 |\n| ARNN | red | ✓ 7 |" in page
    assert page.endswith("Measured on a machine, torch 2.15, commit abc.\n")


def test_a_page_of_modes_has_a_cell_for_every_column():
    reach, answers = dict.fromkeys(Reach._fields, MEAN), dict.fromkeys(Answers._fields, MEAN)
    parts = {"maps": reach, "features": reach, "answers": answers}
    other = {"value": 0.75, "low": 0.7, "high": 0.8}
    beside = {part: dict.fromkeys(found, other) for part, found in parts.items()}
    statement = {
        "of": "maps",
        "words": "It is so.",
        "verdict": "open",
        "reason": "why",
        "factor": 8.0,
        "margins": {"a margin": MEAN},
        "pictures": 100,
    }
    network = {
        "name": "ARNN~",
        "run": "0f3a",
        "factors": [{"factor": 0.5, **parts, "turned": beside}],
        "statements": [statement, {**statement, "verdict": "fails", "reason": ""}],
        "layers": [
            {
                "place": "pool1",
                "grid": [50, 49],
                "deviation": MEAN,
                "over_cells": MEAN,
                "over_questions": MEAN,
                "underestimated": "fails",
                "reason": "",
            }
        ],
    }
    page = wording.modes_page(
        {"hardware": MACHINE, "data": "mbg", "pictures": 200, "samples": 20, "networks": [network]}
    )
    lines = page.splitlines()
    for heads, rows in (("| network | by", "| ARNN~ | features | 0.5 |"), ("| network | factor", "| ARNN~ | 0.5 |")):
        head = next(line for line in lines if line.startswith(heads))
        row = next(line for line in lines if line.startswith(rows))
        assert head.count("|") == row.count("|") == lines[lines.index(head) + 1].count("|")
        told = [cell.partition(" (")[0].strip() for cell in row.split("|")[-6:-1]]
        assert told == ["0.250", "0.750", "25.0 %", "75.0 %", "25.0 %" if "by" not in heads else "0.250"]
    assert "200 pictures like those of mbg" in page
    assert "\n2 verdicts. The paper finds" in page
    assert "* ARNN~, by maps, factor 8, 100 pictures: It is so.\n  **? in this run: open** (why)\n  * a margin:" in page
    assert "  **✗ in this run: no**\n" in page
    assert "holds" not in page
    (layer,) = [line for line in page.splitlines() if line.startswith("| ARNN~ | pool1, 50 x 49 | 0.250 (0.200 to")]
    assert layer.endswith("| ✗ in this run: no |")
