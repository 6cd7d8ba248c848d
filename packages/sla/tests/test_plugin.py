"""The package's entry in the catalogue: it is found, every address loads, its tables can be run."""

import torch

from scanpath import create_attention, registry
from scanpath.testing import check_method
from scanpath_sla.plugin import METHOD


def test_the_method():
    check_method(METHOD)


def test_it_is_installed_and_builds_by_name():
    assert registry.methods()["sla"] == METHOD
    attention = create_attention("sla", region_dim=7, query_dim=5)
    context, weights, _ = attention(torch.ones(2, 3, 7), torch.ones(2, 5))
    assert (context.shape, weights.shape) == ((2, 7), (2, 1, 3))


def test_every_table_can_be_run():
    from scanpath.experiments.tables.loading import load_table, tables_of
    from scanpath.experiments.tables.resolving import check_runs

    tables = tables_of(METHOD)
    assert "table1" in tables
    for path in tables.values():
        check_runs(load_table(path))
