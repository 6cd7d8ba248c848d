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
from typing import Any, TypeVar

import numpy as np

from scanpath.data.columns import Coded, CodedLists, Texts
from scanpath.data.digests import SMALL, file_stamp, keeping_places, known_sha256
from scanpath.data.mapped import Array, map_arrays, write_arrays
from scanpath.data.names import Names
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.tokenisers import TOKENISERS

Made = TypeVar("Made")

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
    return kept_as(read, sources, reader=reader, options=options, write=write_table, load=read_table)


def kept_as(
    read: Callable[[], Made],
    sources: Sequence[Path],
    *,
    reader: str,
    write: Callable[[Path, Made, str], None],
    load: Callable[[Path, str], Made],
    options: Mapping[str, Any] | None = None,
) -> Made:
    """Do as :func:`kept`, for whatever a reader makes.

    Args:
        read: reads the files.
        sources: all files that it reads.
        reader: as for :func:`kept`.
        write: writes a table of what was read, under a key that :func:`load` must be given.
        load: maps it; raises OSError where there is none, ValueError where it is not whole or has another key.
        options: as for :func:`kept`.
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
            return load(table, key)
    found = read()
    if [file_stamp(path) for path in sources] == before:
        for table in tables:
            with contextlib.suppress(OSError):
                write(table, found, key)
                _remove_older(table, stem)
                return load(table, key)
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

    return VQASplit(
        name=facts["name"],
        question_ids=arrays["question_ids"],
        image_ids=arrays["image_ids"],
        questions=coded_of(arrays, "questions"),
        image_names=Names(arrays["image_names/ids"], texts_of(arrays, "image_names/texts")),
        annotations=(
            VQAAnnotations(
                coded_of(arrays, "question_types"),
                coded_of(arrays, "answer_types"),
                coded_of(arrays, "modal"),
                lists_of(arrays, "answers"),
                coded_of(arrays, "families") if "families/codes" in arrays else None,
                lists_of(arrays, "programs") if "programs/starts" in arrays else None,
            )
            if facts["annotated"]
            else None
        ),
        extra=arrays.get("extra"),
        remarks=tuple(facts["remarks"]),
        tokens={name: lists_of(arrays, f"tokens/{name}") for name in TOKENISERS},
    )


def _arrays(split: VQASplit) -> Iterator[tuple[str, Array]]:
    questions, names = Coded.of(split.questions).packed(), Names.of(split.image_names)
    yield "question_ids", np.asarray(split.question_ids, dtype=np.int64)
    yield "image_ids", np.asarray(split.image_ids, dtype=np.int64)
    yield from coded_arrays("questions", questions)
    yield "image_names/ids", names.ids
    yield from text_arrays("image_names/texts", names.texts)
    if split.annotations is not None:
        for name in ("question_types", "answer_types", "modal"):
            yield from coded_arrays(name, Coded.of(getattr(split.annotations, name)).packed())
        yield from list_arrays("answers", CodedLists.of(split.annotations.answers).packed())
        if split.annotations.families is not None:
            yield from coded_arrays("families", Coded.of(split.annotations.families).packed())
        if split.annotations.programs is not None:
            yield from list_arrays("programs", CodedLists.of(split.annotations.programs).packed())
    if split.extra is not None:
        yield "extra", split.extra
    for name, tokenise in TOKENISERS.items():
        yield from list_arrays(f"tokens/{name}", CodedLists.of(map(tokenise, questions.texts)))


def text_arrays(name: str, texts: Texts) -> Iterator[tuple[str, Array]]:
    """Give the arrays of a column under names that begin with its own, for :func:`texts_of`."""
    yield f"{name}/data", texts.data
    yield f"{name}/starts", texts.starts


def coded_arrays(name: str, column: Coded) -> Iterator[tuple[str, Array]]:
    """Give the arrays of a column as :func:`text_arrays` does, for :func:`coded_of`."""
    yield f"{name}/codes", column.codes
    yield from text_arrays(f"{name}/texts", column.texts)


def list_arrays(name: str, column: CodedLists) -> Iterator[tuple[str, Array]]:
    """Give the arrays of a column as :func:`text_arrays` does, for :func:`lists_of`."""
    yield f"{name}/starts", column.starts
    yield from coded_arrays(f"{name}/items", column.items)


def texts_of(arrays: Mapping[str, Array], name: str) -> Texts:
    """Put together what :func:`text_arrays` took apart."""
    return Texts(arrays[f"{name}/data"], arrays[f"{name}/starts"])


def coded_of(arrays: Mapping[str, Array], name: str) -> Coded:
    """Put together what :func:`coded_arrays` took apart."""
    return Coded(arrays[f"{name}/codes"], texts_of(arrays, f"{name}/texts"))


def lists_of(arrays: Mapping[str, Array], name: str) -> CodedLists:
    """Put together what :func:`list_arrays` took apart."""
    return CodedLists(arrays[f"{name}/starts"], coded_of(arrays, f"{name}/items"))


def _remove_older(table: Path, stem: str) -> None:
    """Remove the tables that were made of the same files before they changed."""
    for other in table.parent.glob(f"{stem}-*.safetensors"):
        if other != table:
            with contextlib.suppress(OSError):  # another process may have it open, which Windows does not allow
                other.unlink()
