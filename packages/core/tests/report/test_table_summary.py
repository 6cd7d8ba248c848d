"""The one picture of a table."""

from __future__ import annotations

import dataclasses

import numpy as np
from PIL import ImageColor

from scanpath.report.palette import ATTENTIONS
from scanpath.report.table_summary import CURVE, best_first, table_picture


def test_dots_claims_and_a_question(table):
    picture = table_picture(table)
    assert picture.width == 1200
    bare = table_picture(dataclasses.replace(table, examples=()))
    assert bare.height < picture.height - 200
    assert table_picture(dataclasses.replace(table, claims=())).height < picture.height
    assert np.asarray(picture)[-330:, 40:160].std() > 10, "the strip"


def test_a_series_over_numbers_is_a_curve(table):
    """A series over names has its place on the page alone."""
    whole, curve, names = table_picture(table), *table.series_columns
    without = table_picture(dataclasses.replace(table, columns=(*table.plain_columns, names)))
    assert whole.height == without.height + 100 * CURVE
    assert table_picture(dataclasses.replace(table, columns=(*table.plain_columns, curve))).height == whole.height
    drawn, bare = ((np.asarray(one) == ImageColor.getrgb(ATTENTIONS[1])).all(2).sum() for one in (whole, without))
    assert drawn > bare + 500, "the line of the second row, which hides the first"


def test_the_best_row_that_looks_comes_first(table):
    hops, prior = table.rows[1], table.rows[0]
    example = table.examples[0]
    everywhere = tuple(dataclasses.replace(one, row="prior", maps=np.ones((1, 2, 2))) for one in example.answered[:1])
    both = dataclasses.replace(example, answered=(*everywhere, example.answered[-1]))
    better = {
        "all": dataclasses.replace(prior.cells["all"], ours=dataclasses.replace(prior.cells["all"].ours, value=70.0))
    }
    rows = (dataclasses.replace(prior, cells=better), hops)
    content = dataclasses.replace(table, rows=rows, examples=(both,))
    assert [row.id for row in best_first(content, list(rows))] == ["prior", "hops"]
    lower = dataclasses.replace(content, columns=(dataclasses.replace(table.columns[0], higher_is_better=False),))
    assert [row.id for row in best_first(lower, list(rows))] == ["hops", "prior"]
    none = dataclasses.replace(content, columns=table.columns[2:])
    assert [row.id for row in best_first(none, list(rows))] == ["prior", "hops"]


def test_nothing_measured(table):
    bare = dataclasses.replace(table, rows=table.rows[3:], claims=(), examples=())
    assert table_picture(bare).size[0] == 1200
