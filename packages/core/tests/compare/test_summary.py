"""From answers to rows: means, intervals, tests, maps; checked against sums by hand."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.compare.settings import load_settings
from scanpath.compare.summary import Measured, choose_baseline, plain, summarise
from scanpath.errors import DataError

COUNT = 301


@pytest.fixture
def rows(make_answered):
    """Three rows over the same questions: two rungs, and an attention that is right where one object is meant."""
    settings = load_settings("scenes", {"chosen": ["dot"], "analysis": {"resamples": 300}})
    _, asked, mean, _, dot = settings.rows()
    generator = np.random.default_rng(3)
    low = [make_answered((generator.random(COUNT) < 0.2).astype(float)) for _ in range(2)]
    middle = [make_answered((generator.random(COUNT) < 0.5).astype(float)) for _ in range(2)]
    even = np.arange(COUNT) % 2 == 0
    high = [make_answered(np.where(even, 1.0, one.score), mass=(0.1, 0.6 + 0.1 * n)) for n, one in enumerate(middle)]
    return settings, [
        Measured(asked, True, (0, 1), tuple(low), 3.0),
        Measured(mean, True, (0, 1), tuple(middle), 5.0),
        Measured(dot, False, (0, 1), tuple(high), 7.0),
    ]


def test_numbers_of_a_row(rows) -> None:
    settings, measured = rows
    assert choose_baseline(settings, measured) == "mean"
    asked, mean, dot = summarise(settings, measured, "mean")
    scores = measured[2].scores
    assert dot.row.accuracy.value == pytest.approx(scores.mean())
    assert dot.row.accuracy.low < dot.row.accuracy.value < dot.row.accuracy.high
    assert dot.row.seeds == {0: pytest.approx(scores[0].mean()), 1: pytest.approx(scores[1].mean())}
    assert dot.row.kind == "attention"
    assert mean.row.kind == "rung"
    assert mean.row.difference is None
    assert asked.row.difference.value == pytest.approx(measured[0].scores.mean() - measured[1].scores.mean())
    assert asked.row.difference.high < 0
    even = np.arange(COUNT) % 2 == 0
    assert dot.row.question_types["color"].value == 100
    assert dot.row.question_types["count"].value == pytest.approx(scores[:, ~even].mean())
    assert dot.row.answer_types.keys() == {"number", "other"}
    assert dot.one_object.value == 100
    assert dot.one_object_difference.value == pytest.approx(100 - measured[1].scores[:, even].mean())
    assert dot.beats
    assert not asked.beats


def test_a_row_beats_the_best_rung_not_the_baseline(rows) -> None:
    settings, measured = rows
    strong = Measured(measured[2].settings, True, measured[2].seeds, measured[2].answered, 1.0)
    dot = Measured(measured[2].settings, False, measured[2].seeds, measured[2].answered, 1.0)
    assert not summarise(settings, [measured[1], strong, dot], "mean")[2].beats


def test_two_seeds_are_no_claim(rows) -> None:
    settings, measured = rows
    assert summarise(settings, measured, "mean")[2].row.difference.verdict == "none"
    three = [Measured(row.settings, row.rung, (0, 1, 2), (*row.answered, row.answered[0]), 1.0) for row in measured]
    verdicts = [one.row.difference.verdict for one in summarise(settings, three, "mean") if one.row.difference]
    assert verdicts == ["worse", "better"]


def test_maps_and_faithfulness(rows) -> None:
    settings, measured = rows
    dot = summarise(settings, measured, "mean")[2].row
    assert [one.name for one in dot.looking] == ["hop 1", "hop 2"]
    assert dot.headline_map == "hop 2"
    assert dot.looking[1].mass.value == pytest.approx(65)
    assert dot.looking[1].pointing == 100
    assert dot.looking[0].entropy == pytest.approx(50)
    assert dot.faithfulness.value == pytest.approx(50)
    mean = summarise(settings, measured, "mean")[1].row
    assert mean.looking == ()
    assert mean.faithfulness is None


def test_rows_of_other_questions_are_refused(rows, make_answered) -> None:
    settings, measured = rows
    other = Measured(measured[0].settings, True, (0,), (make_answered([1.0] * 7),), None)
    with pytest.raises(DataError, match="'question_only' under seed 0 answered other questions than 'mean'"):
        summarise(settings, [measured[1], other], "mean")


def test_plain_values(rows) -> None:
    settings, measured = rows
    values = plain(summarise(settings, measured, "mean")[2])
    assert values["id"] == "dot"
    assert values["seeds"].keys() == {"0", "1"}
    assert values["one_object"]["value"] == 100


def test_a_chosen_baseline_stays(rows) -> None:
    settings, measured = rows
    chosen = settings.model_copy(update={"baseline": "question_only"})
    assert choose_baseline(chosen, measured) == "question_only"
