"""Every table file of every installed package is sound: it can be read, and each of its runs can be built."""

from __future__ import annotations

import pytest

from scanpath.experiments.tables.claims import Cell
from scanpath.experiments.tables.judging import holds_in_print
from scanpath.experiments.tables.loading import all_tables, load_table
from scanpath.experiments.tables.resolving import cells_of, check_runs, values_of

TABLES = all_tables()


def test_there_are_some():
    assert TABLES, "no installed package brings a table; the core should bring 'core'"


@pytest.mark.tree
def test_none_is_overlooked(root):
    written = sorted(file.name for file in root.glob("packages/*/src/*/experiments/*.yaml"))
    assert sorted(f"{table}.yaml" for _, table in TABLES) == written


@pytest.mark.parametrize(("method", "table"), sorted(TABLES), ids=lambda name: name)
def test_each_can_be_run(method, table):
    loaded = load_table(TABLES[method, table])
    assert loaded.settings.defined_scales, f"{method} {table} is defined at no scale"
    check_runs(loaded)


@pytest.mark.parametrize(("method", "table"), sorted(TABLES), ids=lambda name: name)
def test_each_has_a_scale_for_small_machines_with_seeds_enough_for_a_claim(method, table):
    settings = load_table(TABLES[method, table]).settings
    assert {"smoke", "small"} <= set(settings.defined_scales)
    assert settings.scale("small").seeds >= 3


@pytest.mark.parametrize(("method", "table"), sorted(TABLES), ids=lambda name: name)
def test_no_checkpoint_is_chosen_on_what_is_reported(method, table):
    settings = load_table(TABLES[method, table]).settings
    for scale in settings.defined_scales:
        for row, column in cells_of(settings):
            training = values_of(settings, row, column, scale, 0)["training"]
            reported = column.split or settings.split
            chosen = training.get("evaluate_every") != "end" and training.get("evaluation_split", "val") == reported
            assert not chosen or reported == "val", f"{scale} {row.id} {column.id}"


@pytest.mark.parametrize(("method", "table"), sorted(TABLES), ids=lambda name: name)
def test_no_claim_contradicts_the_printed_numbers(method, table):
    """Where both are known, one of them would have been copied wrongly."""
    settings = load_table(TABLES[method, table]).settings
    printed = {
        Cell(row.id, column): number.value
        for row in settings.rows
        for column, number in row.paper.items()
        if number.value is not None
    }
    contradicted = [claim.words for claim in settings.claims if holds_in_print(claim.links(), printed) is False]
    assert not contradicted
