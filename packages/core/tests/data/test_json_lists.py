"""Files read in parts hold what json reads of them whole, and odd ones are left to be read whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from scanpath.data import json_lists
from scanpath.data.json_lists import gather
from scanpath.errors import DataError

VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


class Taken:
    def __init__(self) -> None:
        self.parts: list[list[Any]] = []

    def add(self, entries: list[Any]) -> None:
        self.parts.append(entries)

    @property
    def all(self) -> list[Any]:
        return [entry for part in self.parts for entry in part]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts so small that every boundary is met."""
    monkeypatch.setattr(json_lists, "_BLOCK", 7)
    monkeypatch.setattr(json_lists, "_ENTRIES", 3)


@pytest.fixture
def only_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the file was read whole")

    monkeypatch.setattr(json_lists, "read_json", refuse)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.usefixtures("small", "only_in_parts")
@given(
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 3]),
    entries=st.lists(VALUE, max_size=8),
    beside=st.dictionaries(st.text(max_size=4).filter(lambda name: name != "k"), VALUE, max_size=3),
)
def test_parts_make_up_the_list(
    tmp_path_factory: pytest.TempPathFactory,
    encoding: str,
    ascii_only: bool,
    indent: int | None,
    entries: list[Any],
    beside: dict[str, Any],
) -> None:
    path = tmp_path_factory.getbasetemp() / "list.json"
    for key, value in ((None, entries), ("k", {"k": entries, **beside}), ("k", {**beside, "k": entries})):
        text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
        path.write_bytes(text.encode(encoding, errors="surrogatepass"))
        taken, found = gather(path, key, "a list", Taken)
        assert taken.all == entries
        assert found == ({} if key is None else beside)
        assert all(len(part) <= 3 for part in taken.parts)


@pytest.mark.usefixtures("small", "only_in_parts")
def test_objects_are_replaced_while_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"n": {"a": 1}, "k": [{"a": {"a": 2}}, {"b": 3}]}')
    taken, beside = gather(path, "k", "a list", Taken, hook=lambda value: value.get("a", value))
    assert (taken.all, beside) == ([2, {"b": 3}], {"n": 1})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"k": [1, 2', "is not valid JSON at line 1, column 12"),
        ('{"k": [1,\n 2 3]}', "is not valid JSON at line 2, column 4"),
        ('{"k": [1, 2]} x', "is not valid JSON at line 1, column 15"),
        ('{"k": [1, 2]', "is not valid JSON at line 1, column 13"),
        ('{"k": 3}', "holds an object with the keys 'k', expected a list"),
        ('{"j": [1]}', "holds an object with the keys 'j', expected a list"),
        ("[1, 2]", "holds a list, expected a list"),
        ("", "is not valid JSON at line 1, column 1"),
        ('{"k": [], 3: 4}', "is not valid JSON at line 1, column 11"),
        ("7", "holds a single int"),
    ],
)
@pytest.mark.usefixtures("small")
def test_what_is_wrong_is_told_as_of_a_whole_file(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(DataError, match=sentence):
        gather(path, "k", "a list", Taken)


@pytest.mark.usefixtures("small")
def test_of_two_lists_of_one_name_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"k": [1, 2, 3, 4], "k": [5]}')
    taken, _ = gather(path, "k", "a list", Taken)
    assert taken.all == [5]


@pytest.mark.usefixtures("small")
def test_an_entry_that_is_refused_is_told_with_its_number_in_the_file(tmp_path: Path) -> None:
    class Positive(Taken):
        def add(self, entries: list[Any]) -> None:
            for number, entry in enumerate(entries):
                if entry < 0:
                    raise DataError(f"entry number {number} is negative: mend it.")

    path = tmp_path / "a.json"
    path.write_text(json.dumps([*range(20), -1]))
    with pytest.raises(DataError, match="entry number 20 is negative"):
        gather(path, None, "a list", Positive)


def test_a_broken_file_is_not_tried_at_every_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lists, "_BLOCK", 64)
    monkeypatch.setattr(json_lists, "_LARGEST", 1024)
    tried = []
    real = json_lists._Window._more
    monkeypatch.setattr(json_lists._Window, "_more", lambda window: (tried.append(1), real(window))[1])
    path = tmp_path / "a.json"
    path.write_text('[{"a": nothing}' + ", 1" * 100_000 + "]")
    with pytest.raises(DataError, match="is not valid JSON at line 1, column 8"):
        gather(path, None, "a list", Taken)
    assert len(tried) < 9


def test_missing_and_binary_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        gather(tmp_path / "none.json", "k", "a list", Taken)
    (tmp_path / "zip.json").write_bytes(b"PK\x03\x04\xff\xfe\xfd" * 9)
    with pytest.raises(DataError, match="is not text, expected JSON"):
        gather(tmp_path / "zip.json", "k", "a list", Taken)
