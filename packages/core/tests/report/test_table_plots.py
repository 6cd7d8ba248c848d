"""The figures of a table."""

from __future__ import annotations

import dataclasses

import pytest

from scanpath.report.table_plots import PAPER, dots, in_panels, series, shown_columns, shown_rows


def test_only_what_has_a_number_is_drawn(table):
    assert [row.id for row in shown_rows(table)] == ["prior", "hops", "quoted"]
    assert [column.id for column in shown_columns(table)] == ["all", "time"]
    bare = dataclasses.replace(table, rows=table.rows[3:])
    assert shown_rows(bare) == shown_columns(bare) == []


def test_ours_is_filled_with_its_interval_and_the_papers_is_hollow(table):
    figure = dots(shown_rows(table), shown_columns(table))
    left, right = figure.axes
    assert [label.get_text() for label in left.get_yticklabels()][2] == "Elsewhere"
    hollow = [line for line in left.lines if line.get_markerfacecolor() == "none" and line.get_marker() == "D"]
    assert [line.get_xdata()[0] for line in hollow] == [61.5, 61.5, 55.0]
    assert {line.get_markeredgecolor() for line in hollow} == {PAPER}
    spans = [tuple(line.get_xdata()) for line in left.lines if line.get_linewidth() == 2.4]
    assert spans == [(58.0, 61.0)] * 2
    assert right.get_xlabel().count("\n") >= 1
    assert right.xaxis.get_major_formatter()(20_000.0) == "20 k"


def test_a_row_may_lack_a_column(table):
    row = dataclasses.replace(table.rows[0], cells={})
    assert len(dots([row], table.columns[:1]).axes) == 1


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (4, [4]), (5, [3, 2]), (9, [3, 3, 3])])
def test_panels_are_of_about_equal_width(table, count, sizes):
    assert [len(part) for part in in_panels([table.columns[0]] * count)] == sizes


def test_numbers_are_places_and_names_are_lines(table):
    over_numbers, over_names = (series(table, column).axes[0] for column in table.series_columns)
    assert [container[0].get_xdata().tolist() for container in over_numbers.containers] == [[1.0, 10.0]] * 2
    assert over_numbers.get_ylabel() == "Recall, %"
    assert [label.get_text() for label in over_names.get_yticklabels()] == ["colour"]
    assert len(over_names.containers) == 1
