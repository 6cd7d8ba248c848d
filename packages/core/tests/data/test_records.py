from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.data.records import column, first_few, ids, key_of, kind_of, records
from scanpath.errors import DataError

PATH = Path("file.json")


def test_columns_keep_the_order() -> None:
    assert column([{"a": "x"}, {"a": "y"}], "a", str, PATH, "entry") == ["x", "y"]
    assert ids([{"n": 7}, {"n": 3}], "n", PATH, "entry", unique=True).tolist() == [7, 3]
    assert ids([], "n", PATH, "entry", unique=True).shape == (0,)


def test_a_field_is_called_as_in_the_first_entry() -> None:
    assert key_of([{"b": 1}, {"a": 1}], "a", "b") == "b"
    assert key_of([{"b": 1, "a": 1}], "a", "b") == "a"
    assert [key_of(entries, "a", "b") for entries in ([], [{}], [3], [["b"]])] == ["a"] * 4


def test_an_entry_at_fault_is_named() -> None:
    with pytest.raises(DataError, match=r"file.json: entry number 1 has no 'a': mend it"):
        column([{"a": 1}, {}], "a", int, PATH, "entry")
    with pytest.raises(DataError, match=r"entry number 1 has 'a' = '1.5' \(float\), expected int"):
        column([{"a": 1}, {"a": 1.5}], "a", int, PATH, "entry")
    with pytest.raises(DataError, match=r"2 ns occur more than once \(3, 5\)"):
        ids([{"n": n} for n in (3, 5, 3, 5, 7)], "n", PATH, "entry", unique=True)


def test_kinds_of_files_have_words() -> None:
    assert kind_of([{"caption": "a dog", "image_id": 3}]) == "captions"
    assert kind_of([{"other": 1}]) == "a list of objects"
    assert kind_of([3]) == "a list"
    assert kind_of({"questions": [], "info": {}}) == "questions"
    with pytest.raises(DataError, match="holds a single str, expected a list"):
        records("text", PATH, None, "a list")


def test_many_values_are_cut() -> None:
    assert first_few([3, 5, 7, 11]) == "3, 5, 7, ..."
    assert first_few([3, 5]) == "3, 5"
