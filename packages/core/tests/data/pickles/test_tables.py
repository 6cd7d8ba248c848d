"""Tables out of pickles of every protocol; whatever is more than a table is refused, and nothing is run."""

from __future__ import annotations

import contextlib
import pickle
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from scanpath.data.pickles import parse_table
from scanpath.errors import DataError

PATH = Path("ids.pkl")
KEYS = st.integers(-(2**600), 2**600) | st.text(max_size=300)
TABLES = st.dictionaries(KEYS, KEYS, max_size=9) | st.lists(KEYS, max_size=9)


@given(table=TABLES, protocol=st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_every_protocol_is_read_as_python_reads_it(table: object, protocol: int) -> None:
    assert parse_table(pickle.dumps(table, protocol), PATH) == table


@pytest.mark.parametrize(
    ("data", "table"),
    [
        (b"(dp0\nS'7'\np1\nI3\nsg1\nL4L\ns.", {"7": 4}),  # Python 2, protocol 0; the key is taken from the memo
        (b'(lp0\nVcaf\\u00e9\np1\naS"it\'s"\nag1\na.', ["caf\u00e9", "it's", "caf\u00e9"]),
        (b"\x80\x02}q\x00(U\x017K\x03T\x02\x00\x00\x0088M\x00\x01u.", {"7": 3, "88": 256}),  # protocol 2
        (b"(K\x01K\x02l.", [1, 2]),
        (b"(K\x01K\x02d.", {1: 2}),
    ],
)
def test_typed_by_hand(data: bytes, table: object) -> None:
    assert parse_table(data, PATH) == table
    assert pickle.loads(data, encoding="latin-1") == table


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "is cut short after 0 bytes"),
        (b"(I1\nl", "is cut short after 5 bytes"),
        (b"(I1", "names something without an end"),
        (b"I01\n.", "holds what is no whole number"),
        (b"I" + b"1" * 256 + b"\n.", "holds what is no whole number"),
        (b"\x8b\x00\x01\x00\x00" + b"\x01" * 256 + b".", "holds a number of 256 bytes"),
        (b"Iseven\n.", "has instructions that do not fit each other"),
        (b"Sseven\n.", "holds a text without quotes"),
        (b"K\x01.", "holds no table of numbers and names"),
        (pickle.dumps([[1]]), "holds more than a table of numbers and names"),
        (pickle.dumps({1: {2: 3}}), "holds more than a table of numbers and names"),
        (pickle.dumps([1])[:-1] + b"0.", "holds the instruction b'0'"),
        (pickle.dumps([1]) + b".", "goes on after its end"),
        (pickle.dumps((1, 2)), "holds the instruction"),
        (pickle.dumps([True]), "holds the instruction"),
        (b"}(](K\x01lu.", "has a dictionary whose keys are not texts"),
        (b"cos\nsystem\n.", "holds the instruction b'c'"),
    ],
)
def test_anything_else_is_one_sentence(data: bytes, expected: str) -> None:
    with pytest.raises(DataError, match=f"ids.pkl {expected}"):
        parse_table(data, PATH)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_table_or_a_sentence(data: bytes) -> None:
    found: object = {}
    with contextlib.suppress(DataError):
        found = parse_table(data, PATH)
    assert isinstance(found, dict | list)
