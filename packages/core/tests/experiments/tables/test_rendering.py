"""What people read of a result."""

from __future__ import annotations

import re
from typing import Any

import pytest

from scanpath.experiments.tables.rendering import (
    as_markdown,
    claim_lines,
    machine_lines,
    number,
    ours,
    plain,
    seed_table,
    seeds_of,
    series_tables,
    signed,
    table_of,
)


@pytest.fixture
def result() -> dict[str, Any]:
    measure = {"label": "Accuracy", "unit": "%", "higher_is_better": True}
    error = {"label": "Error", "unit": "", "higher_is_better": False}
    found = {"value": 60.25, "low": 59.5, "high": 61.5, "detectable": 1.0, "seeds": [60.0, 60.5]}
    empty: dict[str, Any] = {"paper": None}
    return {
        "caption": "Skill", "source": "Table 1", "note": "", "scale": "small", "seeds": [0, 1],
        "measured": "2026-11-21",
        "columns": [
            {"id": "all", "label": "All", "split": "val", "measure": "accuracy", "of": measure},
            {"id": "error", "label": "Error", "split": "test", "measure": "error", "of": error},
        ],
        "rows": [
            {"id": "a", "label": "A|B", "external": False, "note": "ours", "cells": {
                "all": {"paper": 61.0, "note": "blurred", **found}, "error": {**empty, **found, "low": None}}},
            {"id": "q", "label": "Quoted", "external": True, "note": "", "cells": {
                "all": {"paper": 55.5}, "error": empty}},
        ],
        "claims": [
            {"words": "A wins", "section": "4", "comparison": "a.all > 60", "note": "", "verdict": "open", "links": [
                {"margin": "a.all - 60 > 0", "verdict": "open", "reason": "the interval covers zero",
                 "value": 0.25, "low": -0.5, "high": 1.5, "detectable": 1.0}]},
            {"words": "B wins", "section": "5", "comparison": "b.all > 1", "note": "so read", "verdict": "holds",
             "links": [{"margin": "b.all - 1 > 0", "verdict": "holds", "reason": ""}]},
        ],
        "data": [{"data": "abc"}],
        "hardware": [
            {"processor": "CPU", "cores": 2, "accelerator": None, "versions": {"torch": "2"}, "commit": "f00"}],
    }  # fmt: skip


def test_paper_ours_and_the_difference_stand_beside_each_other(result: dict[str, Any]) -> None:
    header, rows = table_of(result)
    assert header == ["row", "All: paper", "ours (95 %)", "difference", "Error (95 %)"]
    assert rows == [
        ["A|B", "61.00", "60.25 ± 1.00", "\N{MINUS SIGN}0.75", "60.25"],
        ["Quoted (quoted)", "55.50", "–", "–", "–"],
    ]
    assert ours({"paper": 3.0}) == "–"


def test_every_seed_is_shown(result: dict[str, Any]) -> None:
    assert seed_table(result) == (["each seed", "All", "Error"], [["A|B", "60.00, 60.50", "60.00, 60.50"]])
    assert seeds_of(result["rows"]) == "2 seeds"
    result["rows"][0]["cells"]["error"]["seeds"] = [60.0]
    assert seeds_of(result["rows"]) == "1 to 2 seeds", "as many as were done, whatever was planned"
    result["rows"][0]["cells"]["all"]["seeds"] = [60.0]
    assert (seed_table(result), seeds_of(result["rows"])) == (None, "1 seed")
    assert seeds_of(result["rows"][1:]) == ""


def test_claims_show_the_numbers_that_decide(result: dict[str, Any]) -> None:
    first, second = claim_lines(result)
    assert first == (
        "open",
        "A wins (4)",
        "a.all - 60 > 0: +0.25 (\N{MINUS SIGN}0.50 to 1.50; detectable 1.00), the interval covers zero",
    )
    assert second == ("holds", "B wins (5)", "b.all - 1 > 0")


def test_machine_and_measures_are_named(result: dict[str, Any]) -> None:
    lines = list(machine_lines(result))
    assert lines[0] == "Scale small, 2 seeds, measured on 2026-11-21."
    assert "Error: Error, lower is better, on test." in lines
    assert lines[-1] == "Machine: CPU, 2 cores, no accelerator; torch 2; commit f00."


def test_markdown_has_it_all(result: dict[str, Any]) -> None:
    text = as_markdown(result)
    assert "| A\\|B | 61.00 |" in text
    assert "- A\\|B: ours\n- A\\|B, all: blurred" in text
    assert "- **holds**: B wins (5) As `b.all > 1`, so read. b.all - 1 > 0" in text
    assert as_markdown({**result, "claims": []}).count("## Claims") == 0


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("Dot product, 2 hops (ours) [1]", "Dot product, 2 hops (ours) [1]"),
        ("two_step > one_hop, 3 < 4", "two_step > one_hop, 3 < 4"),
        ("a|b *c* _d_ `e` ~f~ $g$", r"a\|b \*c\* \_d\_ \`e\` \~f\~ \$g\$"),
        ("__a__b_c", r"\_\_a\_\_b_c"), ("back\\slash", r"back\\slash"),
        ("see [here](there) <b>", r"see [here\](there) \<b>"),
        ("R&D, A & B; &copy; &#35;", r"R&D, A & B; \&copy; \&#35;"),
        ("# one", r"\# one"), ("- one", r"\- one"), ("+ 1", r"\+ 1"), ("> one", r"\> one"), ("12. one", r"12\. one"),
        ("12.5, -1 and +1", "12.5, -1 and +1"), ("+1", "+1"), ("#1", "#1"),
        ("one\n\n  two\n", "one two"),
    ],
)  # fmt: skip
def test_words_are_read_as_they_stand(words: str, written: str) -> None:
    assert plain(words) == written


def test_no_word_of_a_table_becomes_markdown(result: dict[str, Any]) -> None:
    odd = "# a|b\n- *c*"
    result |= {"caption": odd, "source": odd, "note": odd}
    result["columns"][0]["label"] = odd
    result["rows"][0] |= {"label": odd, "note": odd}
    result["rows"][0]["cells"]["all"]["note"] = odd
    result["claims"][0] |= {"words": odd, "note": odd}
    text = as_markdown(result, "")
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# \\# a\\|b - \\*c\\*", "## Claims", "## How it was measured"]  # fmt: skip
    assert "a|b" not in text
    assert " *c*" not in text
    lengths = [len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")]
    assert lengths == [6] * 4 + [4] * 3, "a line of the table has five cells, one of the seeds three"


def test_what_training_told_is_not_said_of_the_table_s_split(result: dict[str, Any]) -> None:
    result["columns"][1] |= {"measure": "history/after/*"}
    assert "Error: Error, lower is better, on what training evaluates." in machine_lines(result)


def test_numbers_have_the_digits_of_their_measure() -> None:
    assert number(0.0314, 3) == "0.031"
    assert number(-1_234_567.0) == "\N{MINUS SIGN}1.23 M"
    assert signed(0.5, 1) == "+0.5"
    assert signed(-0.25) == "\N{MINUS SIGN}0.25"
    assert ours({"value": 1009.0, "low": 1009.0, "high": 1009.0}, 0) == "1009", "nothing to be unsure of"


def test_costs_say_how_they_were_measured(result: dict[str, Any]) -> None:
    result["columns"][1] |= {"measure": "cost/relative_runtime", "split": "val"}
    result["costs"] = {"batch": 31, "precision": "bf16", "passes": 3, "hardware": result["hardware"][0],
                       "runs": {"abc": {"milliseconds": [1.0] * 5}}}  # fmt: skip
    lines = list(machine_lines(result))
    assert "Error: Error, lower is better." in lines
    assert lines[-1].startswith("Costs: one forward and backward pass of a batch of 31 in bf16")
    del result["costs"]["precision"]
    assert " of 31 in fp32" in list(machine_lines(result))[-1], "a result from before it was named"
    assert "the mean of 5 rounds, each the median of 3 passes" in lines[-1]
    link = {"margin": "a.time - 1 > 0", "verdict": "holds", "reason": "", "value": 0.5, "rounds": 5}
    result["claims"][1]["links"] = [link | {"low": 0.25, "high": 0.75, "detectable": 0.1}]
    assert (
        claim_lines(result)[1][2] == "a.time - 1 > 0: +0.50 (0.25 to 0.75; detectable 0.10; by the spread of 5 rounds)"
    )
    result["claims"][1]["links"] = [link | {"low": 0.5, "high": 0.5, "detectable": 0.0}]
    assert claim_lines(result)[1][2] == "a.time - 1 > 0: +0.50 (no spread)"


def test_a_series_has_a_table_of_its_own(result: dict[str, Any]) -> None:
    assert list(series_tables(result)) == []
    result["columns"][1] |= {"measure": "error/*"}
    point = {"value": 3.0, "low": None, "high": None}
    result["rows"][0]["cells"]["error"] = {"paper": None, "series": [{"at": 1.0, **point}, {"at": "all", **point}]}
    assert list(series_tables(result)) == [("Error", ["row", "1", "all"], [["A|B", "3.00", "3.00"]])]
    assert table_of(result)[0] == ["row", "All: paper", "ours (95 %)", "difference"]
    text = as_markdown(result, "![dots](a.png)")
    assert "Error:\n\n| row | 1 | all |" in text
    assert "\n\n![dots](a.png)\n\n" in text


def test_points_at_numbers_are_in_their_order(result: dict[str, Any]) -> None:
    """Rows that were evaluated at other seconds meet in one table."""
    result["columns"][1] |= {"measure": "error/*"}
    point = {"value": 3.0, "low": None, "high": None}
    for row, places in zip(result["rows"], ([200.0, 2915.0], [50.0, 200.0]), strict=False):
        row["cells"]["error"] = {"paper": None, "series": [{"at": at, **point} for at in places]}
    ((_, names, rows),) = series_tables(result)
    assert names == ["row", "50", "200", "2915"]
    assert [line[1:] for line in rows] == [["–", "3.00", "3.00"], ["3.00", "3.00", "–"]]
