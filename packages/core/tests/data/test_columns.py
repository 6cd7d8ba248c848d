"""Columns of texts against plain lists."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.columns import Coded, CodedLists, Pool, Texts

#: Any text that JSON can hold, halves of surrogate pairs included.
TEXT = st.text(st.characters(codec=None, categories=["L", "N", "Zs", "Cs", "So"]), max_size=5)
ROWS = st.lists(TEXT, max_size=9)


def some_rows(data: st.DataObject, count: int) -> list[int]:
    return data.draw(st.lists(st.integers(0, count - 1), max_size=7)) if count else []


@given(ROWS, st.data())
def test_texts_are_read_as_they_were_written(rows: list[str], data: st.DataObject) -> None:
    texts = Texts.of(iter(rows))
    assert (texts, list(texts), len(texts)) == (rows, rows, len(rows))
    assert [texts[number] for number in range(-len(rows), len(rows))] == rows + rows
    chosen = some_rows(data, len(rows))
    assert texts.take(np.asarray(chosen, dtype=np.int64)) == [rows[row] for row in chosen]
    assert texts[1:4] == rows[1:4]
    with pytest.raises(IndexError):
        texts[len(rows)]


@given(st.lists(st.sampled_from(["a", "", "\N{SNOWMAN}", "bb"]), max_size=12), ROWS, st.data())
def test_coded_rows_are_those_of_a_list(rows: list[str], more: list[str], data: st.DataObject) -> None:
    column = Coded.of(rows)
    assert Coded.of(column) is column
    assert column == rows
    assert list(column) == rows
    assert len(set(column.texts)) == len(column.texts) == len(set(rows))
    chosen = np.asarray(some_rows(data, len(rows)), dtype=np.int64)
    taken = column.take(chosen)
    assert taken == [rows[row] for row in chosen]
    assert taken.packed() == taken
    assert sorted(taken.packed().texts) == sorted(set(taken))
    assert column[2:5] == rows[2:5]
    assert Coded.joined([column, taken, Coded.of(more)]) == [*rows, *taken, *more]
    counts = dict(zip(taken.texts, taken.counts().tolist(), strict=True))
    assert counts == {text: list(taken).count(text) for text in set(rows)}
    assert column.where("bb").tolist() == [text == "bb" for text in rows]
    if rows:
        assert (column[-1], column[0]) == (rows[-1], rows[0])


@given(st.lists(ROWS, max_size=6), st.lists(ROWS, max_size=3), st.data())
def test_lists_of_texts_are_those_of_a_list(rows: list[list[str]], more: list[list[str]], data: st.DataObject) -> None:
    tuples = [tuple(row) for row in rows]
    column = CodedLists.of(rows)
    assert CodedLists.of(column) is column
    assert list(column) == tuples
    assert column == tuples
    assert column.lengths.tolist() == list(map(len, rows))
    chosen = some_rows(data, len(rows))
    taken = column.take(np.asarray(chosen, dtype=np.int64))
    assert taken.packed() == [tuples[row] for row in chosen]
    assert column[1:3] == tuples[1:3]
    assert CodedLists.joined([column, CodedLists.of(more)]) == tuples + [tuple(row) for row in more]
    if rows:
        assert column[-1] == tuples[-1]


def test_long_columns_are_read_in_blocks() -> None:
    rows = [str(number % 4999) for number in range(10_007)]
    column = Coded.of(rows)
    assert list(column) == rows
    assert list(column.texts) == rows[:4999]
    assert column.texts.take(np.arange(4998, -1, -1)) == rows[4998::-1]
    lists = CodedLists.of(rows[first : first + 3] for first in range(0, 9_999, 2))
    assert list(lists) == [tuple(rows[first : first + 3]) for first in range(0, 9_999, 2)]


@pytest.mark.parametrize(("different", "kind"), [(256, np.uint8), (257, np.uint16), (65_537, np.int32)])
def test_numbers_take_no_more_bytes_than_they_need(different: int, kind: type) -> None:
    column = Coded.of(map(str, range(different)))
    assert column.codes.dtype == kind
    assert column[different - 1] == str(different - 1)


def test_columns_are_no_texts_and_have_no_hash() -> None:
    column = Coded.of(["a", "b"])
    assert column != "ab"
    assert column != 3
    assert repr(column) == "Coded(['a', 'b'])"
    assert repr(CodedLists.of([["a"]] * 4)) == "CodedLists([('a',), ('a',), ('a',)], ...)"
    with pytest.raises(TypeError, match="unhashable"):
        hash(column)
    assert pickle.loads(pickle.dumps(column)) == column


def test_a_pool_goes_on_counting() -> None:
    pool = Pool()
    assert pool.codes(["b", "a", "b"]).tolist() == [0, 1, 0]
    assert pool.codes(["c", "a"]).tolist() == [2, 1]
    assert pool.texts() == ["b", "a", "c"]
