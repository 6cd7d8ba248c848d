"""The table files: every printed number is there, runs that mean the same are one, rows differ in what they say."""

from __future__ import annotations

import pytest

from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.resolving import values_of
from scanpath.experiments.tables.settings import TableSettings
from scanpath.testing.tables import check_counts
from scanpath_sla.plugin import METHOD

#: By table: printed numbers, those that our text lost, rows that are quoted, and claims.
COUNTED = {"table1": (58, 0, 9, 4), "table2": (8, 0, 0, 6), "table3": (9, 0, 0, 19), "figure4": (0, 0, 0, 5)}
SCALES = ("smoke", "small", "paper")


def settings(name: str) -> TableSettings:
    return find_table("sla", name).settings


def task_of(name: str, row: str, scale: str) -> dict:
    table = settings(name)
    return values_of(table, table.row(row), table.columns[0], scale, 0)


def test_numbers_and_claims_are_counted():
    check_counts(METHOD, COUNTED)


@pytest.mark.parametrize(("name", "total"), [("table1", 3231.83), ("table2", 478.20), ("table3", 4.22)])
def test_a_slip_in_a_printed_number_is_seen(name, total):
    """Sums of the tables as they are printed, added from another copy."""
    values = [number.value for row in settings(name).rows for number in row.paper.values()]
    assert round(sum(values), 2) == total


@pytest.mark.parametrize("scale", SCALES)
def test_table_2_begins_with_a_row_of_figure_4(scale):
    assert task_of("table2", "base", scale) == task_of("figure4", "h256", scale)


@pytest.mark.parametrize("scale", SCALES)
def test_the_bias_alone_tells_the_rows_of_table_2_apart(scale):
    base, bias = (task_of("table2", row, scale) for row in ("base", "bias"))
    assert bias["task"]["model"]["co_attention"].pop("positions") == (196 if scale == "paper" else 64)
    assert base == bias


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_traditional_stacks_differ_in_what_they_carry_alone(scale, layers):
    latent, plain = (task_of("figure4", f"{kind}{layers}", scale) for kind in "ts")
    assert plain["task"]["model"]["co_attention"].pop("latent") is False
    assert latent == plain
    assert latent["task"]["model"]["co_attention"]["layers"] == layers


@pytest.mark.parametrize("scale", SCALES)
def test_rows_of_table_3_differ_in_what_they_say(scale):
    rows = {row: task_of("table3", row, scale) for row in ("encoder_decoder", "soft", "review", "sla")}
    models = {row: values["task"].pop("model") for row, values in rows.items()}
    assert all(values == rows["review"] for values in rows.values())
    look, latent = models["review"].pop("attention"), models["sla"].pop("attention")
    assert models["review"] == models["sla"]
    assert latent == {"name": "stacked_latent", "layers": 3, "hidden_dim": look["hidden_dim"]}
    assert models["soft"].pop("attention") == look
    assert models["encoder_decoder"].pop("attention") is None
    assert models["soft"] == models["encoder_decoder"]


@pytest.mark.parametrize("scale", SCALES)
def test_rungs_of_table_3_copy_and_learn_nothing_worth_a_name(scale):
    for name in ("chance", "nearest"):
        values = task_of("table3", name, scale)
        assert values["task"]["copies"] == name
        assert values["training"]["samples"] == 64
        assert "epochs" not in values["training"]


def test_hidden_sizes_are_the_papers_or_an_eighth():
    rows = ("h256", "t2", "h1024")
    widths = {s: [task_of("figure4", row, s)["task"]["model"]["co_attention"]["hidden_dim"] for row in rows]
              for s in SCALES}  # fmt: skip
    assert widths == {"smoke": [32, 64, 128], "small": [32, 64, 128], "paper": [256, 512, 1024]}
