from __future__ import annotations

import numpy as np
import pytest
from rich.console import Console

from scanpath.cli.pairs import print_pairs
from scanpath.data.pairs import Pairs
from scanpath.metrics.vqa import VQAScorer


@pytest.fixture
def scorer() -> VQAScorer:
    return VQAScorer.from_columns([3, 5], [("yes",) * 10, ("no",) * 10], ["is it"] * 2, ["yes/no"] * 2)


@pytest.fixture
def console() -> Console:
    return Console(record=True, width=80)


def test_scores_stand_below_what_is_remarkable(console: Console, scorer: VQAScorer) -> None:
    pairs = Pairs(np.asarray([[3, 5]]), ("there are fewer than officially.",))
    found = print_pairs(console, pairs, scorer, {3: "yes", 5: "yes"})
    assert found == {"complementary_pairs": {"pairs": 1, "both_right": 0.0, "same_answer": 100.0}}
    lines = [line.split() for line in console.export_text().splitlines()]
    assert [line for line in lines if line] == [
        ["there", "are", "fewer", "than", "officially."],
        ["1", "complementary", "pairs", "share"],
        ["both", "right", "0.00"],
        ["same", "answer", "to", "both", "100.00"],
    ]


def test_where_there_are_none_nothing_is_scored(console: Console, scorer: VQAScorer) -> None:
    assert print_pairs(console, None, scorer, {}) == {}
    assert console.export_text() == ""
    assert print_pairs(console, Pairs(np.empty((0, 2), np.int64), ("there are none.",)), scorer, {}) == {}
    assert console.export_text().split() == ["there", "are", "none."]
