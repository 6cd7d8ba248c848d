"""A pytest plugin that tables what users are told about bad inputs, from the tests that give them: nox -s bad_inputs.

It keeps the tests that expect a sentence, runs them, and notes of every expected
:class:`~scanpath.errors.ScanpathError` what it said and which line raised it. Two inputs that reach the same line are
one cause. The table is written only if every test passed: a traceback of another kind is a failure.
"""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pytest

from scanpath.errors import ScanpathError

AREAS = {
    "Questions and answers": (
        "data/vqa", "data/official", "data/records", "data/json_lists", "data/split", "data/columns", "data/catalogue",
        "data/dataset", "data/paths", "data/tables", "data/mapped", "data/digests", "data/easy_vqa", "tasks/vqa/",
        "data/sheet", "data/grouping", "data/options", "data/pairs", "files",
    ),
    "VQA-CP, official and rebuilt": ("data/vqacp", "data/changing_priors", "data/dealing", "cli/data_rebuild"),
    "Visual Genome": ("data/visual_genome", "data/vqa_genome"),
    "CLEVR": ("data/clevr",),
    "Pictures and questions of one's own": ("data/own",),
    "Labelled pictures: CIFAR-100, CelebA, MNIST, folders": (
        "data/cifar", "data/celeba", "data/idx", "data/mnist", "data/photos", "data/labelled", "data/pickles/arrays",
    ),
    "Pictures": ("data/images", "data/coco_pictures", "features/pictures", "features/finding", "predict/pictures"),
    "Captions": ("data/coco", "data/caption", "metrics/caption", "cli/captions"),
    "Words, answers, word vectors": (
        "data/word_vectors/", "data/answers", "data/answer_choice", "data/vocabulary", "data/tokenisers",
        "data/question_words",
    ),
    "Downloads": ("data/fetching/", "cli/data_fetch"),
    "Importers of features": ("features/imports/", "cli/features_import", "data/pickles/"),
    "The store of features": (
        "features/store", "features/shards", "features/index", "features/reading", "features/writing",
        "features/encoding", "features/locking", "cli/features.py",
    ),
    "Extraction": ("features/", "cli/features_extract"),
    "Submissions and predictions": ("data/submission", "cli/submission", "cli/predict", "predict/"),
    "Attention, read against what people looked at": ("data/grounding", "metrics/"),
}  # fmt: skip
"""Where a line belongs: to the area that names the longest beginning of its file; other lines are not tabled."""

PORT = re.compile(r"(?<=127\.0\.0\.1:)\d+")


class Told(NamedTuple):
    """One expected error."""

    file: str
    """Of the package, ``data/vqa.py``."""
    line: int
    function: str
    sentence: str
    test: str


def pytest_addoption(parser: pytest.Parser) -> None:
    """Ask where the table goes."""
    parser.addoption("--bad-inputs", type=Path, help="write a table of what bad inputs are told there (Markdown)")


def pytest_configure(config: pytest.Config) -> None:
    """Record what tests expect, if a table is wanted."""
    path = config.getoption("--bad-inputs")
    if path is not None:
        if config.getoption("numprocesses", None):
            raise pytest.UsageError("--bad-inputs counts in one process: leave out -n.")
        config.pluginmanager.register(Recorder(path, Path(config.getoption("basetemp"))))


class Recorder:
    """Stands between ``pytest.raises`` and the tests.

    Args:
        path: of the table.
        temporary: the folder of the tests' folders, each of which is FOLDER in sentences.
    """

    def __init__(self, path: Path, temporary: Path) -> None:
        self.path, self.test = path, ""
        self.found: list[Told] = []
        self.temporary = re.compile(re.escape(str(temporary.resolve())) + r"(/[\w-]+)?")
        self.raises = pytest.raises

    def pytest_sessionstart(self) -> None:
        """Wrap ``pytest.raises`` before test files are imported."""
        pytest.raises = self.expecting

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that expect an error."""
        functions = [item for item in items if isinstance(item, pytest.Function)]
        items[:] = [item for item in functions if "pytest.raises" in inspect.getsource(item.function)]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Remember which test runs."""
        self.test = item.nodeid

    def expecting(self, *expected: Any, **options: Any) -> Any:
        """Return what ``pytest.raises`` returns, listened to."""
        return Listening(self.raises(*expected, **options), self)

    def note(self, error: BaseException | None) -> None:
        """Keep an error of ours: the line that raised it and what it said."""
        if isinstance(error, ScanpathError):
            frame = traceback.extract_tb(error.__traceback__)[-1]
            _, inside, file = frame.filename.rpartition("/scanpath/")
            if inside and frame.lineno is not None:
                self.found.append(Told(file, frame.lineno, frame.name, self.anywhere(str(error)), self.test))

    def anywhere(self, sentence: str) -> str:
        """Return a sentence as it reads on any machine, whole: its folders and ports have names."""
        return PORT.sub("PORT", self.temporary.sub("FOLDER", sentence)).replace(str(Path.home()), "~")

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the table, if nothing failed."""
        pytest.raises = self.raises
        if exitstatus == pytest.ExitCode.OK:
            self.path.write_text(table(self.found), encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        """Say what was counted."""
        wrote = f"wrote {self.path}" if exitstatus == pytest.ExitCode.OK else "no table: tests failed"
        counted = f"{len(self.found)} errors of ours, {len(causes(self.found))} causes in the table"
        terminalreporter.write_line(f"{counted}; {wrote}")


class Listening:
    """A context of ``pytest.raises`` that tells a recorder what came."""

    def __init__(self, expected: Any, recorder: Recorder) -> None:
        self.expected, self.recorder = expected, recorder

    def __enter__(self) -> Any:
        """Begin to expect."""
        return self.expected.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        """Let pytest judge, then note."""
        expected = self.expected.__exit__(kind, error, trace)
        if expected:
            self.recorder.note(error)
        return expected


def area(file: str) -> str | None:
    """Return the area of a file, None for files that read no input."""
    named = [(len(one), name) for name, beginnings in AREAS.items() for one in beginnings if file.startswith(one)]
    return max(named)[1] if named else None


def causes(found: Iterable[Told]) -> dict[tuple[str, int], list[Told]]:
    """Gather the errors of the areas by the line that raised them."""
    gathered: dict[tuple[str, int], list[Told]] = {}
    for told in found:
        if area(told.file) is not None:
            gathered.setdefault((told.file, told.line), []).append(told)
    return gathered


def table(found: Iterable[Told]) -> str:
    """Return the Markdown: a row for each line that raises, with one of its sentences."""
    gathered = causes(found)
    inputs = sum(map(len, gathered.values()))
    lines = [
        "# What bad inputs are told",
        "",
        f"{inputs} bad inputs, {len(gathered)} causes. Two inputs that reach the same `raise` are one cause. Every",
        "input is given by a test, every sentence is what the user reads; nothing else was raised.",
        "Written by `nox -s bad_inputs`; FOLDER stands for the folder of a test, PORT for that of its server.",
    ]
    for name in AREAS:
        rows = [(place, told) for place, told in sorted(gathered.items()) if area(place[0]) == name]
        if rows:
            lines += ["", f"## {name}: {len(rows)}", "", "| raised in | inputs | sentence |", "|---|--:|---|"]
            for (file, _), told in rows:  # lines move with every edit of their file, functions stay
                lines.append(f"| `{file}` {told[0].function} | {len(told)} | {cell(told[0].sentence)} |")
    return "\n".join(lines) + "\n"


def cell(sentence: str, most: int = 400) -> str:
    """Return a sentence as a table can hold it: one line, no bars, nothing that Markdown would take for its own."""
    text = " ".join(sentence.split())
    text = text if len(text) <= most else f"{text[: most - 1]}…"
    return re.sub(r"([\\|*_<>`\[\]])", r"\\\1", text)
