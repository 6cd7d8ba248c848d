"""What a reader makes of large files, kept as arrays: parsed once, opened in milliseconds from then on.

A table lies beside the files, in ``.scanpath``, or in the user's cache where nobody may write there. Its name holds a
checksum of what it was made from, so a file that has changed is never answered for by an old table. Whatever is wrong
with a table, the files are read again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.columns import Coded, CodedLists, Texts
from scanpath.data.digests import SMALL, file_stamp, keeping_places, known_sha256
from scanpath.data.mapped import Array, map_arrays, write_arrays
from scanpath.data.names import Names
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.tokenisers import TOKENISERS

VERSION = 1
"""Of what stands in a table, words as tokenisers split them included: raised when equal files give another table."""


def kept(
    read: Callable[[], VQASplit], sources: Sequence[Path], *, reader: str, options: Mapping[str, Any] | None = None
) -> VQASplit:
    """Give what a reader makes of files, mapped from a table where they have been read before.

    Args:
        read: reads the files and gives texts: no pictures, no grounding.
        sources: all files that it reads. Small ones have no table.
        reader: its name, raised with a number when it makes something else of equal files.
        options: what its result depends on beside them, as plain values.

    Raises:
        DataError: whatever ``read`` raises.
    """
    try:
        if sum(path.stat().st_size for path in sources) < SMALL:
            return read()
        before = [file_stamp(path) for path in sources]
        digests = [known_sha256(path) for path in sources]
    except OSError:  # the reader has a sentence for it
        return read()
    facts = {"version": VERSION, "reader": reader, "options": dict(options or {}), "sources": digests}
    key = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    names = [reader, *(path.name for path in sources)]
    stem = f"{sources[0].stem}-{hashlib.sha256(json.dumps(names).encode()).hexdigest()[:6]}"
    tables = [place / f"{stem}-{key[:24]}.safetensors" for place in keeping_places(sources[0])]
    for table in tables:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return read_table(table, key)
    found = read()
    if [file_stamp(path) for path in sources] == before:
        for table in tables:
            with contextlib.suppress(OSError):
                write_table(table, found, key)
                _remove_older(table, stem)
                return read_table(table, key)
    return found


def write_table(path: Path, split: VQASplit, key: str) -> None:
    """Write the texts of a split, and the words that every tokeniser makes of its questions.

    Args:
        path: where to; atomically.
        split: its pictures and grounding are not written.
        key: what :func:`read_table` must be given to read it.
    """
    known = split.annotations
    facts = {"key": key, "name": split.name, "remarks": list(split.remarks), "annotated": known is not None}
    write_arrays(path, dict(_arrays(split)), facts)


def read_table(path: Path, key: str) -> VQASplit:
    """Map the texts of a split.

    Raises:
        OSError: there is no such table.
        ValueError: it is not whole, or has another key.
    """
    arrays, facts = map_arrays(path)
    if facts["key"] != key:
        raise ValueError(f"{path} was made from other files")

    def texts(name: str) -> Texts:
        return Texts(arrays[f"{name}/data"], arrays[f"{name}/starts"])

    def coded(name: str) -> Coded:
        return Coded(arrays[f"{name}/codes"], texts(f"{name}/texts"))

    def lists(name: str) -> CodedLists:
        return CodedLists(arrays[f"{name}/starts"], coded(f"{name}/items"))

    return VQASplit(
        name=facts["name"],
        question_ids=arrays["question_ids"],
        image_ids=arrays["image_ids"],
        questions=coded("questions"),
        image_names=Names(arrays["image_names/ids"], texts("image_names/texts")),
        annotations=(
            VQAAnnotations(coded("question_types"), coded("answer_types"), coded("modal"), lists("answers"))
            if facts["annotated"]
            else None
        ),
        extra=arrays.get("extra"),
        remarks=tuple(facts["remarks"]),
        tokens={name: lists(f"tokens/{name}") for name in TOKENISERS},
    )


def _arrays(split: VQASplit) -> Iterator[tuple[str, Array]]:
    questions, names = Coded.of(split.questions).packed(), Names.of(split.image_names)
    yield "question_ids", np.asarray(split.question_ids, dtype=np.int64)
    yield "image_ids", np.asarray(split.image_ids, dtype=np.int64)
    yield from _coded("questions", questions)
    yield "image_names/ids", names.ids
    yield from _texts("image_names/texts", names.texts)
    if split.annotations is not None:
        for name in ("question_types", "answer_types", "modal"):
            yield from _coded(name, Coded.of(getattr(split.annotations, name)).packed())
        yield from _lists("answers", CodedLists.of(split.annotations.answers).packed())
    if split.extra is not None:
        yield "extra", split.extra
    for name, tokenise in TOKENISERS.items():
        yield from _lists(f"tokens/{name}", CodedLists.of(map(tokenise, questions.texts)))


def _texts(name: str, texts: Texts) -> Iterator[tuple[str, Array]]:
    yield f"{name}/data", texts.data
    yield f"{name}/starts", texts.starts


def _coded(name: str, column: Coded) -> Iterator[tuple[str, Array]]:
    yield f"{name}/codes", column.codes
    yield from _texts(f"{name}/texts", column.texts)


def _lists(name: str, column: CodedLists) -> Iterator[tuple[str, Array]]:
    yield f"{name}/starts", column.starts
    yield from _coded(f"{name}/items", column.items)


def _remove_older(table: Path, stem: str) -> None:
    """Remove the tables that were made of the same files before they changed."""
    for other in table.parent.glob(f"{stem}-*.safetensors"):
        if other != table:
            with contextlib.suppress(OSError):  # another process may have it open, which Windows does not allow
                other.unlink()
