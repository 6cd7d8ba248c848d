"""The parts of ``scanpath bench data`` by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from scanpath.bench.answering import measure_answering
from scanpath.bench.data import Line, Sizes, measure_store
from scanpath.bench.extraction import measure_extraction
from scanpath.bench.questions import measure_questions
from scanpath.bench.training import measure_training


def _extraction(folder: Path, sizes: Sizes) -> Iterator[Line]:  # noqa: ARG001 - it has sizes of its own
    return measure_extraction(folder)


PARTS: Mapping[str, Callable[[Path, Sizes], Iterator[Line]]] = MappingProxyType(
    {
        "store": measure_store,
        "questions": measure_questions,
        "training": measure_training,
        "answering": measure_answering,
        "extraction": _extraction,
    }
)
"""Each is given an empty folder and how large its data are to be."""
