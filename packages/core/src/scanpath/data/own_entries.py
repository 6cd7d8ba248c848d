"""The entries of a file of people's own questions, JSON, JSON lines, CSV or TSV, each with the line it begins on."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn

from scanpath.errors import DataError, near

SUFFIXES = (".json", ".jsonl", ".csv", ".tsv")
FIELDS = ("image", "question", "answer", "answers", "split", "id", "type")
SPLITS = ("train", "val", "test")
BETWEEN_ANSWERS = "|"
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_BLANK = re.compile(r"[\s,]*")
_LIST = re.compile(r'"questions"\s*:\s*\[|\A\s*\[')


@dataclass(frozen=True)
class Entry:
    """One question of the file."""

    line: int
    """From 1."""
    image: str
    question: str
    answers: tuple[str, ...]
    split: str
    """Empty where the file tells none."""
    id: int | None
    type: str


@dataclass(frozen=True)
class OwnFile:
    """What a file holds."""

    entries: list[Entry]
    images: str
    """Folder or archive of the pictures, from the file's own folder; empty for that folder."""
    unused: tuple[str, ...]
    """Further columns, which nothing reads."""


def read_own(path: Path) -> OwnFile:
    """Read a file of one's own questions.

    Raises:
        DataError: the file is missing, of another form, or an entry is wrong; the sentence names the line.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{path} ends in {path.suffix or 'nothing'!r}, expected one of {', '.join(SUFFIXES)}.")
    try:
        text = path.read_bytes().decode("utf-8-sig")  # spreadsheets write a mark of byte order
    except FileNotFoundError:
        raise DataError(f"{path} does not exist: check the path.") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text (byte {error.start:,}): save it as UTF-8.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check the path and its permissions.") from None
    images, records = reader(text, path)
    unused: dict[str, None] = {}
    entries = [_entry(record, path, line, unused) for line, record in records]
    if not entries:
        raise DataError(f"{path} holds no questions: write one a line, with image, question and answer.")
    return OwnFile(entries, images, tuple(unused))


Records = Iterator[tuple[int, Mapping[str, Any]]]


def _refuse(path: Path, line: int, what: str) -> NoReturn:
    raise DataError(f"{path}, line {line}: {what}.") from None


def _from_json(text: str, path: Path) -> tuple[str, Records]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        _refuse(path, error.lineno, f"this is no valid JSON ({error.msg}, column {error.colno}); mend it there")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, a list in a list in a list ...
        _refuse(path, 1, f"this JSON cannot be read ({error}); write a list of questions")
    images = value.get("images", "") if isinstance(value, dict) else ""
    if not isinstance(images, str):
        _refuse(path, 1, "'images' is no text; name the folder or zip archive of the pictures")
    found = value.get("questions") if isinstance(value, dict) else value
    if not isinstance(found, list):
        _refuse(path, 1, "this holds no list of questions; write [{...}, ...] or {'questions': [{...}, ...]}")
    return images, zip(_lines_of_items(text), found, strict=False)


def _lines_of_items(text: str) -> Iterator[int]:
    """Give the line on which each item of the list of questions begins."""
    decoder, start = json.JSONDecoder(), _LIST.search(text)
    at, line, counted = start.end() if start else 0, 1, 0
    while True:
        at = _BLANK.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
        line += text.count("\n", counted, at)
        counted = at
        yield line
        try:
            at = decoder.raw_decode(text, at)[1]
        except json.JSONDecodeError:  # behind the last item
            return


def _from_json_lines(text: str, path: Path) -> tuple[str, Records]:
    def records() -> Records:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except (ValueError, RecursionError):
                    _refuse(path, number, "this is no valid JSON; write one object a line")

    return "", records()


def _from_table(text: str, path: Path) -> tuple[str, Records]:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return "", _table_records(rows, delimiter, path)


def _table_records(rows: Any, delimiter: str, path: Path) -> Records:
    line = 1
    header: list[str] = []
    try:
        for row in rows:
            begins, line = line, rows.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                header = [cell.strip().lower() for cell in row]
                _check_header(header, delimiter, path, begins)
            elif len(row) != len(header):
                _refuse(path, begins, f"this has {len(row)} columns, the header {len(header)}; quote what holds commas")
            else:
                yield begins, {name: cell for name, cell in zip(header, row, strict=True) if cell.strip()}
    except csv.Error as error:
        _refuse(path, line, f"this cannot be split into columns ({error}); check the quotes")


def _check_header(header: list[str], delimiter: str, path: Path, line: int) -> None:
    lacking = [name for name in ("image", "question") if name not in header]
    if lacking:
        other = next((sign for sign in (";", "\t", ",") if sign != delimiter and sign in "".join(header)), "")
        hint = f"; it seems to be separated by {other!r}, save it with {delimiter!r}" if other else ""
        _refuse(path, line, f"the header has no column {lacking[0]!r}, it has {', '.join(header)[:80]}{hint}")
    if len(set(header)) < len(header):
        repeated = next(name for name in header if header.count(name) > 1)
        _refuse(path, line, f"the header has the column {repeated!r} twice; keep one")


_READERS = {".json": _from_json, ".jsonl": _from_json_lines, ".csv": _from_table, ".tsv": _from_table}


def _entry(record: Any, path: Path, line: int, unused: dict[str, None]) -> Entry:
    if not isinstance(record, dict):
        _refuse(path, line, f"this is a {type(record).__name__}, expected an object with image and question")
    for key in record.keys() - set(FIELDS):
        hint = near(key, FIELDS, most=1)
        if hint:
            _refuse(path, line, f"there is no field {key!r}{hint.removesuffix('?')}")
        unused[key] = None
    if "answer" in record and "answers" in record:
        _refuse(path, line, "both 'answer' and 'answers' are given; write all of them under 'answers'")
    split = _text(record, "split", path, line).lower()
    if split and split not in SPLITS:
        hint = near(split, SPLITS).removesuffix("?") or "; known are train, val and test"
        _refuse(path, line, f"there is no split {split!r}{hint}")
    for name in ("image", "question"):
        if not _text(record, name, path, line):
            _refuse(path, line, f"there is no {name}; every question needs one")
    return Entry(
        line=line,
        image=_text(record, "image", path, line),
        question=_text(record, "question", path, line),
        answers=_answers(record, path, line),
        split=split,
        id=_id(record, path, line),
        type=_text(record, "type", path, line),
    )


def _text(record: Mapping[str, Any], key: str, path: Path, line: int) -> str:
    value = record.get(key, "")
    if not isinstance(value, str):
        _refuse(path, line, f"{key!r} is {str(value)[:40]!r}, a {type(value).__name__}; write it as text, in quotes")
    try:
        value.encode()
    except UnicodeEncodeError:
        _refuse(path, line, f"{key!r} holds half a character ({ascii(value)[:40]}); write the whole one")
    return value.strip()


def _answers(record: Mapping[str, Any], path: Path, line: int) -> tuple[str, ...]:
    given = record.get("answers", [])
    if isinstance(given, str):
        given = given.split(BETWEEN_ANSWERS)
    if "answer" in record:
        given = [record["answer"]]
    if not isinstance(given, list):
        _refuse(path, line, f"the answers are {str(given)[:40]!r}, expected a list of texts")
    texts = tuple(_text({"answer": answer}, "answer", path, line) for answer in given)
    if not all(texts):
        _refuse(path, line, "an answer is empty; leave it out")
    return texts


def _id(record: Mapping[str, Any], path: Path, line: int) -> int | None:
    given = record.get("id")
    if given is None or (type(given) is int and abs(given) < 2**63):
        return given
    if isinstance(given, str) and _WHOLE.fullmatch(given.strip()):
        return int(given)
    _refuse(path, line, f"the id is {str(given)[:40]!r}, expected a whole number of at most 18 digits")
