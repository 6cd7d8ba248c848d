"""Lists of VQA-CP's form derived from files of VQA's form, for when the authors' own cannot be had.

The procedure is that of :mod:`scanpath.data.changing_priors`, which says where it differs from the authors'. Each
record stays what it was, all ten answers and how sure people were of them included; ``coco_split`` is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath import registry
from scanpath.data.changing_priors import Shift, deal, shift
from scanpath.data.making import Progress
from scanpath.data.records import Ids, records
from scanpath.data.split import VQAAnnotations, VQASplit, joined
from scanpath.data.vqa import align, coco_name, read_questions
from scanpath.data.vqa_annotations import AnnotationRows, answer_record, keep_answer, subtype_of
from scanpath.data.vqacp_sets import VQACP1, VQACP2, RebuiltVQACP1, RebuiltVQACP2
from scanpath.errors import DataError
from scanpath.files import data_home, folder_written_atomically, read_json, sha256, write_json, write_json_list
from scanpath.progress import silent

PROVENANCE = "rebuilt.json"
"""What the lists were derived from and how, beside them."""

_VERSIONS = {"vqa1": (VQACP1, RebuiltVQACP1), "vqa2": (VQACP2, RebuiltVQACP2)}
"""The authors' lists of a data set, and those that are derived from it."""


class Source(NamedTuple):
    """The two files of a split."""

    questions: Path
    annotations: Path


class Rebuilt(NamedTuple):
    """What was derived."""

    folder: Path
    train: int
    """How many questions."""
    test: int
    shift: Shift


def named(name: str, root: Path | str | None) -> tuple[list[Source], Path, str]:
    """Find the answered splits of a data set of VQA's form; say where its derived lists go and how they are called.

    Raises:
        UnknownNameError: there is no such data set.
        DataError: its files are not there, or of another form.
    """
    home = Path(root or data_home())
    data = registry.load("datasets", name)(home)
    if not hasattr(data, "answered_files"):
        raise DataError(
            f"{name} has no files of VQA's form to deal out: name vqa1, vqa2 or scenes, or give --questions and "
            "--annotations."
        )
    sources = [Source(*two) for two in data.answered_files()]
    if name in _VERSIONS:
        return sources, _VERSIONS[name][1](home).folder, f"vqacp_{_VERSIONS[name][1].version}"
    return sources, home / f"{name}-cp-rebuilt", f"vqacp_{name}"


def prefer_originals(name: str, root: Path | str | None) -> None:
    """Raise a :class:`DataError` where the authors' own lists are at hand, which are to be preferred."""
    if name in _VERSIONS:
        originals = _VERSIONS[name][0](Path(root or data_home()))
        if not originals.lacking():
            raise DataError(
                f"the authors' own lists are in {originals.folder}: use the data set {originals.name}, or give "
                "--anyway to derive others beside them."
            )


class _Part(NamedTuple):
    """A source in memory."""

    split: VQASplit
    entries: list[dict[str, Any]]
    """The annotations in the order of the questions, their answers as tuples."""


def rebuild(
    sources: Sequence[Source],
    folder: Path,
    *,
    prefix: str,
    test_share: float,
    seed: int,
    progress: Progress | None = None,
) -> Rebuilt:
    """Derive a split with changing priors and write it.

    Args:
        sources: splits of VQA's form, such as v2's train and val.
        folder: where the lists go; there is nothing yet.
        prefix: what the files' names begin with, ``vqacp_v2``.
        test_share: which part of the questions test is to have.
        seed: decides in which order groups are dealt out; equal sources and seeds give equal files.
        progress: is told what is being done.

    Raises:
        DataError: the folder is not empty, a source is missing or broken, or two sources share questions.
        ConfigError: the share is no part of the whole.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(f"{folder} is there already: delete it, or name another folder.")
    tell = progress or silent
    parts = []
    for number, source in enumerate(sources):
        tell(f"reading {source.annotations.name}", number, len(sources) + 2)
        parts.append(_read(source))
    pool = joined("the questions to deal out", [part.split for part in parts])
    known = pool.annotations
    if known is None or not len(pool):
        raise DataError(f"{sources[0].questions} holds no questions: there is nothing to deal out.")
    tell("dealing out", len(sources), len(sources) + 2)
    in_test = deal(known.question_types, known.modal, test_share=test_share, seed=seed)
    if in_test.all() or not in_test.any():
        raise DataError(
            f"the {len(pool)} questions cannot be dealt out to train and test, as too few types and answers differ: "
            "give more questions."
        )
    found = shift(known.question_types, known.modal, in_test)
    tell("writing", len(sources) + 1, len(sources) + 2)
    with folder_written_atomically(folder) as part_folder:
        for name, rows in (("train", ~in_test), ("test", in_test)):
            write_json_list(part_folder / f"{prefix}_{name}_questions.json", _questions(parts, rows))
            write_json_list(part_folder / f"{prefix}_{name}_annotations.json", _annotations(parts, rows))
        provenance = {
            "procedure": "scanpath.data.changing_priors",
            "sources": {path.name: sha256(path) for source in sources for path in source},
            "test_share": test_share,
            "seed": seed,
            "questions": {"train": int((~in_test).sum()), "test": int(in_test.sum())},
            "shift": found._asdict(),
        }
        write_json(part_folder / PROVENANCE, provenance, indent=1)
    return Rebuilt(folder, int((~in_test).sum()), int(in_test.sum()), found)


def _read(source: Source) -> _Part:
    """Read a source with every check of its reader."""
    questions = read_questions(source.questions)
    value = read_json(source.annotations, object_hook=keep_answer)
    entries = records(value, source.annotations, "annotations", "VQA annotations")
    taken = AnnotationRows(source.annotations)
    taken.add(entries)
    table = taken.table(subtype_of(value))
    aligned: VQAAnnotations = align(questions, table, source.annotations)
    split = VQASplit(
        name=str(source.questions),
        question_ids=questions.question_ids,
        image_ids=questions.image_ids,
        questions=questions.questions,
        image_names={image: coco_name(questions.subtype, image) for image in np.unique(questions.image_ids).tolist()},
        annotations=aligned,
    )
    rows = _rows(questions.question_ids, table.question_ids)
    for entry in entries:
        entry["coco_split"] = questions.subtype
    return _Part(split, [entries[row] for row in rows])


def _rows(wanted: Ids, listed: Ids) -> list[int]:
    """Find each of the ids ``wanted`` among ``listed``, which holds the same ones in another order."""
    order = np.argsort(listed)
    rows: list[int] = order[np.searchsorted(listed, wanted, sorter=order)].tolist()
    return rows


def _chosen(parts: Sequence[_Part], rows: npt.NDArray[np.bool_]) -> Iterator[tuple[_Part, int]]:
    start = 0
    for part in parts:
        for row in np.flatnonzero(rows[start : start + len(part.split)]).tolist():
            yield part, row
        start += len(part.split)


def _questions(parts: Sequence[_Part], rows: npt.NDArray[np.bool_]) -> Iterator[dict[str, Any]]:
    for part, row in _chosen(parts, rows):
        yield {
            "image_id": int(part.split.image_ids[row]),
            "question": part.split.questions[row],
            "question_id": int(part.split.question_ids[row]),
            "coco_split": part.entries[row]["coco_split"],
        }


def _annotations(parts: Sequence[_Part], rows: npt.NDArray[np.bool_]) -> Iterator[dict[str, Any]]:
    for part, row in _chosen(parts, rows):
        entry = part.entries[row]
        yield {**entry, "answers": list(map(answer_record, entry["answers"]))}
