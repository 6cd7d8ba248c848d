"""The page of a table: whole in one file, every word escaped."""

from __future__ import annotations

import dataclasses
import re

from scanpath.report.table_page import render_table, write_table_page


def test_everything_stands_on_it_and_nothing_is_fetched(table, tmp_path):
    path = tmp_path / "table.html"
    write_table_page(path, table)
    page = path.read_text()
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=\"(?!#|data:)", page)
    for words in ("61.50", "60.00 ± 1.50", "-1.50", "quoted", "It holds", "a.all &gt; b.all", "Never run", "Curve"):
        assert words in page
    assert page.count("<svg") == 3, "dots of two columns, and two series"
    assert page.count('class="verdict holds"') == 1
    assert page.count('class="example"') == len(table.examples)
    assert "hollow marks the paper" in page


def test_an_empty_table_is_a_page(table):
    bare = dataclasses.replace(table, rows=table.rows[3:], claims=(), examples=())
    page = render_table(bare)
    assert "Not measured yet." in page
    assert "<svg" not in page
    assert 'id="claims"' not in page
    assert 'id="results"' not in render_table(dataclasses.replace(bare, columns=bare.columns[2:]))
