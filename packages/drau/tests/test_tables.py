"""The table files: every number that is known stands there once, alike wherever it stands twice; runs are shared."""

from __future__ import annotations

import functools

import pytest

from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.settings import TableSettings
from scanpath.testing.tables import check_counts, row_as_run
from scanpath_drau.plugin import METHOD

#: By table: printed numbers, those that our text lost, rows that are quoted, and claims.
COUNTED = {
    "table1": (2, 10, 0, 6),
    "table2": (2, 11, 0, 6),
    "table3": (3, 7, 0, 8),
    "table4": (9, 2, 0, 5),
    "table5": (4, 3, 0, 3),
    "table6": (6, 3, 1, 1),
    "table7": (16, 1, 1, 2),
    "figure4": (0, 0, 0, 2),
    "figure5": (0, 0, 0, 2),
}
#: What the text, the challenge's leaderboard (https://github.com/GT-Vision-Lab/VQA-Website) and the SLA paper's Table 1
#: say: all, yes/no, number, other.
TEST_DEV = {"drau": (62.24, 78.27, 40.31, 53.58), "drau_boxes": (66.45, 82.85, 44.78, 57.4)}
TEST_STD = {
    "winner": (65.67, 82.20, 43.90, 56.26), "mcb": (62.27, 78.82, 38.28, 53.36), "drau": (62.66, 78.86, 39.91, 53.76),
    "drau_boxes": (66.85, 83.35, 44.37, 57.63),
}  # fmt: skip
COLUMNS = ("all", "yes_no", "number", "other")


def settings(name: str) -> TableSettings:
    return find_table("drau", name).settings


def printed(table: TableSettings, row: str) -> tuple[float | None, ...]:
    paper = table.row(row).paper
    return tuple(paper[column].value if column in paper else None for column in COLUMNS)


run = functools.partial(row_as_run, "drau")


def test_numbers_and_claims_are_counted():
    check_counts(METHOD, COUNTED)


def test_numbers_are_those_that_are_known():
    assert printed(settings("table1"), "language_only")[:2] == (48.3, 78.56)
    for row, numbers in TEST_DEV.items():
        assert printed(settings("table4"), row) == numbers
    for row, numbers in TEST_STD.items():
        assert printed(settings("table7"), row) == numbers
    assert printed(settings("table5"), "mcb") == (61.96, 78.41, 38.81, 53.23)
    assert printed(settings("table6"), "drau_boxes") == (67.16, 84.87, 40.02, 57.91)
    steps = [settings("table2").row(row).paper["steps"].value for row in ("joint_lstm", "prelu")]
    assert steps == [240_000, 120_000]


def test_what_the_text_has_as_differences_is_computed_from_them():
    three, four = settings("table3"), settings("table4")
    base = printed(three, "drau")[0]
    assert base == 59.58
    assert printed(three, "rvau")[0] == pytest.approx(base - 0.56)
    assert printed(three, "drau_high_dropout")[0] == pytest.approx(base + 0.13)
    assert printed(four, "drau_mcb")[0] == pytest.approx(TEST_DEV["drau_boxes"][0] - 3.04)


SHARED = [
    ("table4", "table7", ("drau", "drau_mcb", "drau_boxes")),
    ("table5", "table7", ("mcb",)),
    ("table7", "figure4", ("mcb", "drau")),
    ("table7", "figure5", ("mcb", "drau")),
]


@pytest.mark.parametrize(("one", "other", "rows"), SHARED, ids=lambda name: str(name))
def test_rows_that_stand_twice_share_their_runs(one, other, rows):
    for row in rows:
        for scale in ("smoke", "small", "paper"):
            assert run(one, row, scale) == run(other, row, scale), f"{row} at {scale}"


def test_table_6_is_table_4_on_other_questions():
    for row in ("drau_mcb", "drau_boxes"):
        assert run("table6", row, "small") == run("table4", row, "small")
        first, second = run("table6", row, "paper"), run("table4", row, "paper")
        assert {first["task"].pop("data"), second["task"].pop("data")} in (
            {"vqa1", "vqa2"}, {"vqa1-genome-apart", "vqa2-genome-apart"},
        )  # fmt: skip
        assert first == second


def test_the_size_free_row_of_table_3_is_table_4s_first():
    assert run("table3", "drau_free", "small") == run("table4", "drau", "small")


@pytest.mark.parametrize("name", sorted(COUNTED.keys() - {"table5"}))
def test_the_papers_scale_is_trained_as_the_paper_says(name):
    table = settings(name)
    for row in [row for row in table.rows if not row.external and row.id != "mcb"]:
        found = run(name, row.id, "paper")
        assert found["training"]["steps"] == 400_000
        assert found["training"]["batch_size"] == 32
        optimiser = found["training"]["optimiser"]
        assert (optimiser["name"], optimiser["lr"]) == ("adam", 0.0007)
        assert found["task"]["loss"] == ("multilabel" if row.id == "rvau_multilabel" else "sampled")
        assert found["task"]["word_vectors"]["place"] == "beside"
        answers = found["task"]["answers"]
        assert (answers["size"], answers["counted"], found["task"]["question_length"]) == (3000, "given", 15)


@pytest.mark.parametrize("scale", ["smoke", "small", "paper"])
@pytest.mark.parametrize("name", COUNTED)
def test_no_scale_makes_two_rows_of_a_table_the_same_run(name, scale):
    rows = [row.id for row in settings(name).rows if not row.external]
    found = [str(run(name, row, scale)) for row in rows]
    assert len(set(found)) == len(rows)
