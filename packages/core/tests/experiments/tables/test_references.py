"""Names inside a table file that lead nowhere."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, strategies as st

from scanpath.experiments.tables.references import wrong_references

TREES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["rows", "columns", "claims", "id", "measure", "needs", "paper"]), inner)
    ),
)


def test_a_sound_table_has_none(toy_text: str) -> None:
    assert wrong_references(yaml.safe_load(toy_text)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: strong", "id: weak", "rows[1].id: 'weak' is the id of rows[0] too, give each its own"),
        ("id: hard", "id: all", "columns[1].id: 'all' is the id of columns[0] too, give each its own"),
        ("measure: accuracy}", "measure: acuracy}", "columns[0].measure: there is no measure 'acuracy'; did you mean"),
        ("{all: 41.5}", "{al: 41.5}", "rows[0].paper: there is no column 'al'; did you mean 'all'?"),
        ("{seeds: 3", "{rows: {week: {}}", "scales.small.rows: there is no row 'week'; did you mean 'weak'?"),
        ("{seeds: 3", "{columns: {al: {}}", "scales.small.columns: there is no column 'al'; did you mean 'all'?"),
        (
            "{seeds: 3",
            "{measures: {al: accuracy}",
            "scales.small.measures: there is no column 'al'; did you mean 'all'?",
        ),
        ("{seeds: 3", "{measures: {all: luck}", "scales.small.measures.all: there is no measure 'luck'"),
        ("> weak.all", "> week.all", "claims[0]: there is no row 'week'; did you mean 'weak'?"),
        ("> weak.all", "> weak.hart", "claims[0]: there is no column 'hart'; did you mean 'hard'?"),
        ("> weak.all", "> quoted.all", "claims[0]: the row 'quoted' is external and never run"),
        ("value: strong.all", "value: strog.all", "claims[1]: there is no row 'strog'; did you mean 'strong'?"),
        (
            "task.skill: 40.0",
            "task.x: {needs: judge}",
            "rows[0].overrides.task.x: there is no run under",
        ),
        (
            "{seeds: 3",
            "{needs: {jugde: {}}",
            "scales.small.needs: there is no run under 'needs' 'jugde'",
        ),
        ("claims:", "needs: {weak: {}}\nclaims:", "needs.weak: 'weak' is the id of a row too, give each its own"),
    ],
)
def test_each_kind_is_named_with_its_place(toy_text: str, old: str, new: str, expected: str) -> None:
    assert old in toy_text
    found = wrong_references(yaml.safe_load(toy_text.replace(old, new, 1)))
    assert any(sentence.startswith(expected) for sentence in found), found


@given(TREES.filter(lambda tree: isinstance(tree, dict)))
def test_whatever_else_is_wrong_is_no_hindrance(tree: dict) -> None:
    assert all(isinstance(sentence, str) for sentence in wrong_references(tree))


def test_costs_and_series_are_checked(toy_text: str) -> None:
    table = yaml.safe_load(toy_text)
    table["measures"] |= {name: {} for name in ("cost/relative_runtime", "cost/runtme", "accuracy/*")}
    table["columns"].append({"id": "curve", "label": "Curve", "measure": "accuracy/*"})
    table["rows"][0]["paper"]["curve"] = 3
    table["claims"][0]["compare"] = "strong.curve > weak.curve"
    mistakes = wrong_references(table)
    assert len(mistakes) == 4
    assert mistakes[0] == "rows[0].paper: the column 'curve' is a series, which has no single printed number"
    assert mistakes[1] == "claims[0]: the column 'curve' is a series, name a column of one of its measures"
    assert mistakes[3].startswith("measures.cost/runtme: there is no cost 'cost/runtme'; did you mean")
