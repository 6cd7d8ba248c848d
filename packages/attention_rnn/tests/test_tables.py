"""The table files: every printed number is there, rows that stand twice share their runs, and none lies beside them."""

from __future__ import annotations

import pytest

from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.resolving import values_of
from scanpath.experiments.tables.settings import TableSettings
from scanpath.testing.recipes import recipe_as_run
from scanpath.testing.tables import check_counts, row_as_run
from scanpath_attention_rnn.plugin import METHOD

#: By table: printed numbers, those that our text lost, rows that are quoted, and claims.
COUNTED = {
    "table1": (28, 0, 0, 14),
    "table2": (42, 0, 0, 6),
    "table3": (24, 0, 0, 3),
    "mbg_inverse": (6, 0, 0, 2),
    "table4": (9, 0, 0, 4),
    "table5": (15, 0, 0, 3),
    "table6": (14, 0, 0, 10),
}


def settings(name: str) -> TableSettings:
    return find_table("attention_rnn", name).settings


def test_numbers_and_claims_are_counted():
    check_counts(METHOD, COUNTED)


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("table1", 1867.99),
        ("table2", 2971.36),
        ("table3", 2217.72),
        ("mbg_inverse", 262.29),
        ("table4", 94.67),
        ("table5", 646.47),
        ("table6", 607.30),
    ],
)
def test_a_slip_in_a_printed_number_is_seen(name, total):
    """Sums of the tables as they are printed but for runtimes, correctness times 100, added from another copy."""
    table = settings(name)
    shares = {"runtime"}
    values = [number.value for row in table.rows for key, number in row.paper.items() if key not in shares]
    assert round(sum(values), 2) == total


def test_rows_on_photographs_are_trained_once():
    one, two = settings("table1"), settings("table2")
    assert [row.id for row in one.rows] == [row.id for row in two.rows]
    for scale in ("smoke", "small", "paper"):
        for row in one.rows:
            column = one.column("mbg")
            first = values_of(one, row, column, scale, 0)
            assert first == values_of(two, two.row(row.id), two.columns[0], scale, 0)
            assert one.split == two.split


def test_both_rows_of_drawn_values_are_printed_alike():
    """Which the paper's Table 2 does, by mistake or not."""
    two = settings("table2")
    one, other = (dict(two.row(name).paper) for name in ("arnn_sampled", "arnn_ind_sampled"))
    assert one.pop("correctness") != other.pop("correctness")
    assert one == other


@pytest.mark.parametrize(
    ("scale", "channels", "widths"), [("small", [32] * 5, 16), ("paper", [32] * 5, 32), ("smoke", [32] * 5, 8)]
)
def test_rows_of_table_3_differ_in_front_alone(scale, channels, widths):
    table = settings("table3")
    models = {row.id: values_of(table, row, table.columns[0], scale, 0)["task"]["model"] for row in table.rows}
    plain = models["arnn"]
    assert plain["channels"] == channels
    assert models["none"] == {**plain, "places": "later"}
    for name, gamma in (("brnn2", 2), ("brnn3", 3)):
        first = {"name": "block_attention_rnn", "gamma": gamma, "hidden": widths}
        assert models[name] == {**plain, "first": first}


def test_the_recipe_is_the_small_scale_of_table_1():
    found = row_as_run("attention_rnn", "table1", "arnn", "small", column="mref")
    recipe = recipe_as_run("progressive")
    assert found["training"].pop("evaluation_split") == "test"
    assert recipe["training"].pop("evaluation_split") == "val"
    assert recipe == found


@pytest.mark.parametrize("scale", ["smoke", "small", "paper"])
def test_rows_of_table_4_differ_in_their_gates_alone(scale):
    table = settings("table4")
    found = {row.id: values_of(table, row, table.columns[0], scale, 0) for row in table.rows}
    models = {name: values["task"].pop("model") for name, values in found.items()}
    assert found["resnet18"] == found["cbam"] == found["cbam_arnn"]
    assert {name: model.pop("name") for name, model in models.items()} == {
        "resnet18": "resnet18", "cbam": "cbam_resnet18", "cbam_arnn": "cbam_resnet18"
    }  # fmt: skip
    assert models["cbam"].pop("scorer") == "cbam_gate"
    assert models["cbam_arnn"].pop("scorer") == "attention_rnn"
    assert models["cbam"] == models["cbam_arnn"]
    models["cbam"].pop("reduction", None)
    assert models["cbam"] == models["resnet18"]


@pytest.mark.parametrize(("scale", "recipe"), [("paper", "cbam_resnet18"), ("small", "cbam_scene_objects")])
def test_recipes_are_the_last_row_of_table_4(scale, recipe):
    assert recipe_as_run(recipe) == row_as_run("attention_rnn", "table4", "cbam_arnn", scale)
