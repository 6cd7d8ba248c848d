from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from scanpath import registry
from scanpath.cli import main
from scanpath.data.catalogue import dataset_names
from scanpath.data.labelled_catalogue import (
    describe_any,
    describe_labelled,
    find_labelled,
    is_made,
    labelled_names,
    make_any,
    open_labelled,
)
from scanpath.data.photos import PhotoFolder
from scanpath.errors import DataError, UnknownNameError
from scanpath.method import Method
from scanpath.plugin import METHOD


def test_every_name_says_what_it_is_and_how_to_get_it(tmp_path: Path) -> None:
    assert labelled_names()[:5] == ("mnist", "cifar-100", "celeba", "celeba-stargan", "sun397")
    assert not set(labelled_names()) & set(dataset_names())
    for name in labelled_names():
        found = describe_labelled(name, tmp_path)
        assert (found.folder, found.counts) == (None, {})
        verb = "make" if is_made(name, tmp_path) else "fetch"
        assert f"scanpath data {verb}" in found.missing
        assert {"train", "test"} <= set(find_labelled(name, tmp_path).splits)
        with pytest.raises(DataError, match=f"scanpath data {verb}"):
            open_labelled(name, "train", tmp_path)


def test_a_path_is_a_folder_of_photographs(tmp_path: Path) -> None:
    assert isinstance(find_labelled(str(tmp_path)), PhotoFolder)
    assert isinstance(find_labelled("./photos"), PhotoFolder)
    with pytest.raises(DataError, match="is no folder: expected one of photographs"):
        open_labelled(f"{tmp_path}/absent", "train")


def test_unknown_names_carry_near_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="data set of labelled pictures 'minst'; did you mean 'mnist'"):
        open_labelled("minst", "train", tmp_path)
    with pytest.raises(UnknownNameError, match="there is no split 'valid' of celeba; did you mean 'val'"):
        open_labelled("celeba", "valid", tmp_path)
    with pytest.raises(UnknownNameError, match="'scenes' is a data set of questions, not a data set of labelled"):
        describe_labelled("scenes", tmp_path)


class Dots:
    """As many dots as it is told to draw."""

    summary = "dots"
    splits = ("train", "test")

    def __init__(self, root: Path) -> None:
        self.folder = root / "dots"

    def make(self, *, workers: int | None = None, progress: object = None, dots: int = 3) -> Path:
        self.folder.mkdir()
        (self.folder / "count").write_text(f"{dots} by {workers}")
        return self.folder

    def counts(self) -> dict[str, int]:
        if not self.folder.is_dir():
            raise DataError("there are no dots: run scanpath data make dots.")
        return {"train": int((self.folder / "count").read_text()[0])}

    def checksum(self) -> str:
        return "c0"

    def damaged(self) -> list[str]:
        return ["count"]


@pytest.fixture
def with_dots(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a package in the catalogue whose labelled pictures are drawn."""
    own = Method(name="own", paper="Own", labelled={"dots": "own_data:Dots"})
    monkeypatch.setitem(sys.modules, "own_data", SimpleNamespace(Dots=Dots))
    registry.forget()
    monkeypatch.setattr(registry, "methods", lambda: {"core": METHOD, "own": own})
    yield
    registry.addresses.cache_clear()


@pytest.mark.usefixtures("with_dots")
def test_labelled_pictures_may_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert describe_any("dots", tmp_path).missing == "there are no dots: run scanpath data make dots."
    assert make_any("dots", tmp_path, workers=1, dots=5) == tmp_path / "dots"
    assert (tmp_path / "dots" / "count").read_text() == "5 by 1"
    assert describe_any("dots", tmp_path).counts == {"train": (5, 0)}
    with pytest.raises(DataError, match="mnist is not made, it is fetched: run scanpath data fetch mnist"):
        make_any("mnist", tmp_path)
    assert "run scanpath data make scenes" in describe_any("scenes", tmp_path).missing

    (tmp_path / "dots" / "count").unlink()
    (tmp_path / "dots").rmdir()
    with pytest.raises(SystemExit, match="0"):
        main(["data", "make", "dots", "dots=7", "--workers", "1", "--root", str(tmp_path)])
    assert "7 pictures, 0 MB, content c0" in capsys.readouterr().out


def test_reading_labelled_pictures_imports_no_torch() -> None:
    code = (
        "import sys, scanpath.data.labelled_catalogue, scanpath.data.mnist, scanpath.data.cifar, scanpath.data.celeba;"
        "print({'torch', 'PIL', 'pickle', 'torchvision'} & set(sys.modules) <= {'pickle'}, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
