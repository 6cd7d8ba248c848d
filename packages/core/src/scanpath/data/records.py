"""Columns out of JSON records, with errors that name the file, the entry and what to do."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.errors import DataError

Ids = npt.NDArray[np.int64]


#: What a bare list holds, by a field that only its entries have; the first that fits.
_KINDS = (
    ("answers", "VQA-CP annotations"),
    ("question", "VQA-CP questions"),
    ("answer", "results"),
    ("caption", "captions"),
)


def kind_of(value: Any) -> str:
    """Say in words what a parsed file of this field seems to hold."""
    if isinstance(value, dict):
        if isinstance(value.get("questions"), list):
            return "VQA questions" if "data_subtype" in value or "task_type" in value else "questions"
        if isinstance(value.get("annotations"), list):
            return "captions" if "images" in value else "VQA annotations"
        return "CLEVR scenes" if "scenes" in value else "an object with the keys " + _some(map(repr, value))
    if not isinstance(value, list):
        return f"a single {type(value).__name__}"
    first = value[0] if value else None
    if isinstance(first, dict):
        for key, kind in _KINDS:
            if key in first:
                return kind
        return "a list of objects"
    return "pairs of question ids" if isinstance(first, list) else "a list" if value else "an empty list"


def records(value: Any, path: Path, key: str | None, wanted: str) -> list[Any]:
    """Return the list of records of a parsed file.

    Args:
        value: the parsed JSON.
        path: the file, for errors.
        key: where the list stands, None for a bare list.
        wanted: what the file should hold, in words.

    Raises:
        DataError: the file holds something else.
    """
    found = value if key is None else value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise DataError(f"{path} holds {kind_of(value)}, expected {wanted}: give the right file.")
    return found


def column(entries: Sequence[Any], key: str, kind: type, path: Path, noun: str) -> list[Any]:
    """Return ``entry[key]`` of every entry, checked to be of type ``kind``.

    Args:
        entries: the records.
        key: the field.
        kind: the type every value must have; True is no number here.
        path: the file, for errors.
        noun: what one record is called in errors, such as ``"question"``.

    Raises:
        DataError: an entry lacks the field or has another type there.
    """
    try:
        values = [entry[key] for entry in entries]
    except (KeyError, TypeError, IndexError):
        number = next(n for n, entry in enumerate(entries) if not isinstance(entry, dict) or key not in entry)
        raise DataError(f"{path}: {noun} number {number} {_called(entries[number])}has no {key!r}: mend it.") from None
    if set(map(type, values)) <= {kind}:
        half = no_text(values) if kind is str else None
        if half is None:
            return values
        raise DataError(
            f"{path}: {noun} number {half} {_called(entries[half])}has {key!r} = {ascii(values[half])[:40]}, "
            "which has half of a character: mend it."
        )
    number = next(n for n, value in enumerate(values) if type(value) is not kind)
    raise DataError(
        f"{path}: {noun} number {number} {_called(entries[number])}has {key!r} = {str(values[number])[:40]!r} "
        f"({type(values[number]).__name__}), expected {kind.__name__}: mend it."
    )


def key_of(entries: Sequence[Any], *names: str) -> str:
    """Tell which of the names that releases give a field is that of these records: by the first record, or the first.

    Args:
        entries: the records.
        names: the usual one first, which errors name where there is none.
    """
    first = entries[0] if entries and isinstance(entries[0], dict) else {}
    return next((name for name in names if name in first), names[0])


def no_text(texts: Sequence[str]) -> int | None:
    """Find the first text that no file can hold: JSON can name half of a surrogate pair, and UTF-8 has no bytes for it.

    Returns:
        its place; None where all are whole.
    """
    try:
        "".join(texts).encode()
    except UnicodeEncodeError as error:
        ends = itertools.accumulate(map(len, texts))
        return next(place for place, end in enumerate(ends) if end > error.start)
    return None


def ids(entries: Sequence[Any], key: str, path: Path, noun: str, *, unique: bool = False) -> Ids:
    """Return a column of whole numbers, (N,), checked to be free of duplicates if ``unique``."""
    values = column(entries, key, int, path, noun)
    try:
        found = np.asarray(values, dtype=np.int64)
    except OverflowError:
        raise DataError(f"{path}: a {key!r} does not fit in 64 bits: mend it.") from None
    if unique:
        check_unique(found, key, path)
    return found


def check_unique(found: Ids, key: str, path: Path) -> None:
    """Raise a :class:`DataError` if a number occurs more than once."""
    names, counts = np.unique(found, return_counts=True)
    if len(names) < len(found):
        repeated = names[counts > 1]
        raise DataError(
            f"{path}: {len(repeated)} {key}s occur more than once ({first_few(repeated)}): keep one entry of each."
        )


def first_few(values: Iterable[Any], most: int = 3) -> str:
    """Write the first few values and say that there are more: ``"3, 5, 7, ..."``."""
    return _some((str(value) for value in values), most)


def _some(values: Iterable[str], most: int = 3) -> str:
    found = list(values)
    return ", ".join(found[:most]) + (", ..." if len(found) > most else "")


def _called(entry: Any) -> str:
    known = entry.get("question_id") if isinstance(entry, dict) else None
    return f"(question {known}) " if type(known) is int else ""
