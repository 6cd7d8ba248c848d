"""Long lists in JSON files, a few thousand entries at a time, so that files of any length are read in little memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from scanpath.data.records import records
from scanpath.errors import DataError
from scanpath.files import read_json, refuse_constant

_BLOCK = 1 << 20
_LARGEST = 64 * _BLOCK
"""Characters of one entry from which on a file is none of long lists, or broken."""
_ENTRIES = 4096
_BLANK = re.compile(r"[ \t\n\r]*")
_BEHIND = frozenset(" \t\n\r,:]}")
"""What stands behind a value that has ended."""

Hook = Callable[[dict[str, Any]], Any]


class Gatherer(Protocol):
    """Takes the entries of a list and keeps what is needed of them."""

    def add(self, entries: list[Any]) -> None:
        """Take some entries, those that follow the last ones."""
        ...


AnyGatherer = TypeVar("AnyGatherer", bound=Gatherer)


def gather(
    path: Path, key: str | None, wanted: str, make: Callable[[], AnyGatherer], *, hook: Hook | None = None
) -> tuple[AnyGatherer, dict[str, Any]]:
    """Read the list of a file.

    Args:
        path: the file.
        key: where the list stands, None for a bare list.
        wanted: what the file should hold, in words, for errors.
        make: gives what takes the entries, some at a time.
        hook: replaces each object while the file is parsed.

    Returns:
        what has taken all entries, and what else stands beside the list.

    Raises:
        DataError: the file is missing, broken or of another kind, or an entry is.
    """
    found = make()
    try:
        return found, _in_parts(path, key, hook, found.add)
    except (_Odd, DataError, OSError, UnicodeDecodeError):
        # Whatever is wrong is found again with the whole file at hand, which tells lines and numbers of entries.
        found = make()
        value = read_json(path, object_hook=hook)
        found.add(records(value, path, key, wanted))
        return found, {} if key is None else value


class _Odd(Exception):  # noqa: N818 - no error: another way of reading follows
    """The file cannot be read in parts."""


def _in_parts(path: Path, key: str | None, hook: Hook | None, add: Callable[[list[Any]], None]) -> dict[str, Any]:
    with path.open("rb") as stream:
        window = _Window(stream, json.JSONDecoder(object_hook=hook, parse_constant=refuse_constant))
        beside: dict[str, Any] = {}
        if key is None:
            _entries(window, add)
        else:
            _members(window, key, beside, add)
        if window.peek():
            raise _Odd
    return beside


def _members(window: _Window, key: str, beside: dict[str, Any], add: Callable[[list[Any]], None]) -> None:
    window.take("{")
    listed = False
    while True:
        name = window.value()
        window.take(":")
        if not isinstance(name, str) or name in beside or (name == key and listed):
            raise _Odd  # of two members of one name the last counts, and entries of the first are taken already
        if name == key and window.peek() == "[":
            _entries(window, add)
            listed = True
        else:
            beside[name] = window.value()
        if window.take(",}") == "}":
            break
    if not listed:
        raise _Odd


def _entries(window: _Window, add: Callable[[list[Any]], None]) -> None:
    window.take("[")
    found: list[Any] = []
    if window.peek() == "]":
        window.take("]")
    else:
        while True:
            found.append(window.value())
            if len(found) == _ENTRIES:
                add(found)
                found = []
            if window.take(",]") == "]":
                break
    add(found)


class _Window:
    """The part of a file's text around the place that is read."""

    def __init__(self, stream: BinaryIO, decoder: json.JSONDecoder) -> None:
        first = stream.read(_BLOCK)
        encoding = json.detect_encoding(first)
        self._decode = codecs.getincrementaldecoder(encoding)("surrogatepass").decode
        self._stream, self._decoder = stream, decoder
        self._text, self._at, self._ended = self._decode(first), 0, not first

    def peek(self) -> str:
        """Return the next character that is not blank; nothing at the end."""
        while True:
            self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches nothing too
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._more()

    def take(self, among: str) -> str:
        """Take the next character, one of ``among``."""
        found = self.peek()
        if not found or found not in among:
            raise _Odd
        self._at += 1
        return found

    def value(self) -> Any:
        """Take the next value."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                if self._ended or len(self._text) - self._at > _LARGEST:
                    raise _Odd from None
            else:
                if self._ended or self._text[end : end + 1] in _BEHIND:  # a number may go on
                    self._at = end
                    return value
            self._more()

    def _more(self) -> None:
        """Read on, as much again as there is, so that a long entry is not tried too often."""
        rest = self._text[self._at :]
        block = self._stream.read(max(_BLOCK, len(rest)))
        self._ended = not block
        self._text, self._at = rest + self._decode(block, self._ended), 0
