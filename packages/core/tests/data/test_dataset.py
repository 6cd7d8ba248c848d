from __future__ import annotations

import inspect
import sys
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from scanpath import registry
from scanpath.data.catalogue import damaged_files, dataset_checksum, dataset_names, describe, make_dataset, open_split
from scanpath.data.dataset import Dataset
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.errors import DataError, UnknownNameError
from scanpath.method import GROUP, Method
from scanpath.plugin import METHOD
from scanpath.tasks.vqa import VQASettings
from scanpath.testing import check_method


class Dots:
    """A data set of one question a split, as another package might bring it."""

    summary = "one question a split"

    def __init__(self, root: Path) -> None:
        self.folder = root / "dots"

    def open(self, split: str) -> VQASplit:
        text = self._text()
        number = np.asarray([["train", "val", "test"].index(split)])
        known = VQAAnnotations(["counting"], ["number"], [text], [(text,) * 10])
        return VQASplit(f"dots/{split}", number, number, ["How many dots?"], {int(number[0]): "a.png"}, None, known)

    def make(self, *, workers: int | None = None, progress: Any = None, dots: int = 3) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "dots.txt").write_text(str(dots))
        return self.folder

    def checksum(self) -> str:
        return self._text() * 64

    def counts(self) -> dict[str, tuple[int, int]]:
        return dict.fromkeys(("train", "val", "test"), (1, 1))

    def damaged(self) -> list[str] | None:
        return None

    def _text(self) -> str:
        try:
            return (self.folder / "dots.txt").read_text()
        except FileNotFoundError:
            raise DataError("there are no dots: run scanpath data make dots.") from None


@pytest.fixture
def dotted(monkeypatch: pytest.MonkeyPatch):
    """A method beside the installed ones that brings the data set, and one whose data set cannot be imported."""
    module = ModuleType("dotted")
    module.Dots = Dots
    monkeypatch.setitem(sys.modules, "dotted", module)
    method = Method(name="dotted", paper="Dots", datasets={"dots": "dotted:Dots", "gone": "dotted:Gone"})

    class Point:
        dist, name, value = None, "dotted", "dotted:METHOD"

        def load(self) -> Method:
            return method

    installed = [point for point in entry_points(group=GROUP) if point.name == "core"]
    monkeypatch.setattr(registry, "entry_points", lambda group: [*installed, Point()])
    registry.forget()
    yield
    monkeypatch.undo()
    registry.forget()


@pytest.mark.usefixtures("dotted")
def test_what_a_package_brings_is_known_by_name_everywhere(tmp_path: Path) -> None:
    assert dataset_names() == (*METHOD.datasets, "dots", "gone")
    assert describe("dots", tmp_path).missing == "there are no dots: run scanpath data make dots."
    assert make_dataset("dots", tmp_path, dots=7) == tmp_path / "dots"
    split = open_split("dots", "val", tmp_path)
    assert (split.name, split.questions) == ("dots/val", ["How many dots?"])
    assert dataset_checksum("dots", tmp_path) == "7" * 64
    assert damaged_files("dots", tmp_path) is None
    found = describe("dots", tmp_path)
    assert (found.summary, found.folder, found.size) == ("one question a split", tmp_path / "dots", 1)
    assert VQASettings.parse({"data": "dots"}).data == "dots"
    with pytest.raises(UnknownNameError, match="no split 'dev' of dots; known are train, val, test"):
        open_split("dots", "dev", tmp_path)
    with pytest.raises(UnknownNameError, match="brings the data set 'dost'; did you mean 'dots'"):
        open_split("dost", "val", tmp_path)
    check_method(Method(name="dotted", paper="Dots", datasets={"dots": "dotted:Dots"}))


@pytest.mark.usefixtures("dotted")
def test_one_that_cannot_be_imported_is_described_as_such(tmp_path: Path) -> None:
    assert "'gone' cannot be imported from dotted:Gone (AttributeError: " in describe("gone", tmp_path).missing


@pytest.mark.parametrize("name", METHOD.datasets)
def test_the_cores_are_called_as_the_protocol_says(name: str) -> None:
    found = registry.load("datasets", name)
    assert isinstance(found.summary, str)
    for member, of_protocol in inspect.getmembers(Dataset, inspect.isfunction):
        if member not in ("__subclasshook__", "__init_subclass__"):
            taken = inspect.signature(getattr(found, member)).parameters
            assert list(taken) == list(inspect.signature(of_protocol).parameters), member
