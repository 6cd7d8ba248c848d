"""The stack machine by itself: plain values, and every instruction or length that does not fit."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, strategies as st

from scanpath.data.pickles.machine import PLAIN, Machine
from scanpath.errors import DataError


class Plain(Machine):
    """A machine of the plain instructions alone, behind a protocol's number."""

    instructions: ClassVar = {**PLAIN, b"\x80": lambda machine: machine.skip(1)}


def run(data: bytes) -> object:
    return Plain(data, Path("some.pkl"), "fetch it again").run()


NUMBERS = st.integers(0, 2**31 - 1) | st.integers(2**31, 2**800)


@given(st.recursive(NUMBERS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.integers(0, 9), inner)))
def test_what_python_pickles_plainly_is_read(value: object) -> None:
    assert run(pickle.dumps(value, protocol=2)) == value


def test_a_value_is_taken_again_by_its_number() -> None:
    assert run(b"](U\x02abq\x07h\x07r\x00\x01\x00\x00j\x00\x01\x00\x00e.") == ["ab", "ab", "ab"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", r"is cut short after 0 bytes: fetch it again\."),
        (b"U\x05ab", "is cut short after 4 bytes"),
        (b"T\xff\xff\xff\xff.", r"holds a text of negative length \(at byte 5\): fetch it again\."),
        (b"\x8a\xff\x01.", "is cut short after 4 bytes"),
        (b"K\x01.x", "goes on after its end"),
        (b"K\x01K\x02.", "goes on after its end"),
        (b"K\x01K\x02a.", "adds to something else than a list"),
        (b"](K\x01u.", "fills something else than a dictionary"),
        (b"}(K\x01u.", "fills something else than a dictionary"),
        (b"}]K\x01s.", "has a dictionary whose keys are not texts"),
        (b"h\x07.", "has instructions that do not fit each other"),
        (b"e.", "has instructions that do not fit each other"),
        (b"cos\nsystem\n.", r"holds the instruction b'c', which data have no use for \(at byte 1\)"),
        (b"R.", "holds the instruction b'R'"),
    ],
)
def test_what_does_not_fit_is_one_sentence(data: bytes, expected: str) -> None:
    with pytest.raises(DataError, match=f"^some.pkl {expected}"):
        run(data)
