"""How fast the questions and answers of official files are opened: parsed the first time, mapped from then on."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from scanpath.bench.data import Line, Sizes
from scanpath.bench.memory import resident_growth
from scanpath.data.columns import Coded
from scanpath.data.digests import BESIDE
from scanpath.data.split import VQASplit
from scanpath.data.vqa import read_split
from scanpath.data.vqa_drawing import draw_split
from scanpath.data.vqa_writing import ANNOTATIONS_NAME, QUESTIONS_NAME, write_annotations, write_questions
from scanpath.files import sha256

_SECOND = 1000.0  # ms
_MEBIBYTE = 2**20


def write_official(folder: Path, subtype: str, *, questions: int, pictures: int) -> VQASplit:
    """Draw a split and write its two files under their official names."""
    split = draw_split(subtype, questions=questions, pictures=pictures, seed=0)
    write_questions(folder / QUESTIONS_NAME.format(subtype=subtype), split, subtype)
    write_annotations(folder / ANNOTATIONS_NAME.format(subtype=subtype), split, subtype)
    return split


def _open(files: tuple[Path, ...]) -> VQASplit:
    questions, annotations = files
    return read_split(questions, annotations)


def measure_questions(folder: Path, sizes: Sizes) -> Iterator[Line]:
    """Open a split's official files again and again, the first time without a table of them.

    Args:
        folder: an empty one; it takes about 900 bytes a question.
        sizes: what is measured on.
    """
    write_official(folder, "train2014", questions=sizes.questions, pictures=sizes.pictures)
    files = tuple(folder / name.format(subtype="train2014") for name in (QUESTIONS_NAME, ANNOTATIONS_NAME))
    called = f"{sizes.questions:,} questions and {sizes.pictures:,} pictures"
    seconds: list[float] = []

    def first() -> None:
        began = time.perf_counter()
        _open(files)
        seconds.append(time.perf_counter() - began)

    grown = resident_growth(first)
    yield Line(what=f"first opening of {called}", value=seconds[0], unit="s")
    yield Line(what="its files", value=sum(file.stat().st_size for file in files) / _MEBIBYTE, unit="MiB")
    if grown is not None:
        yield Line(what="memory while they are parsed", value=grown / _MEBIBYTE, unit="MiB")
    time.sleep(2.1)  # from then on the files are known by their times, as any that were not written just now
    _open(files)
    opened, used = [], []
    for _ in range(max(3, sizes.rounds)):
        began = time.perf_counter()
        split = _open(files)
        opened.append(_SECOND * (time.perf_counter() - began))
        sum(len(text) for text in Coded.of(split.questions).texts)
        used.append(_SECOND * (time.perf_counter() - began))
    found = statistics.median(opened)
    yield Line(
        what=f"second opening of {called}",
        value=found,
        unit="ms",
        ratio=_SECOND * seconds[0] / found,
        than="first opening",
        aim="under 1,000 ms",
        met=found < _SECOND,
    )
    yield Line(what="second opening, every text read", value=statistics.median(used), unit="ms")
    began = time.perf_counter()
    for file in files:
        sha256(file)
    yield Line(what="checksums of the files, were they read", value=_SECOND * (time.perf_counter() - began), unit="ms")
    tables = sum(file.stat().st_size for file in (folder / BESIDE).glob("*.safetensors"))
    yield Line(what="table beside them", value=tables / _MEBIBYTE, unit="MiB")
