from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

from scanpath.data.images import encode_png
from scanpath.errors import DataError, MissingExtraError
from scanpath_attention_rnn.data.digits.photographs import SHIPPED, list_photographs


def test_pictures_of_a_folder_and_below_it_are_listed_sorted(photographs: Path) -> None:
    (photographs / "b" / "notes.txt").write_text("no picture")
    found = list_photographs(photographs)
    assert found.names == ("a.png", "b/a.png", "c.png")
    assert [found.read(number).shape for number in range(3)] == [(41, 53, 3), (211, 113, 3), (131, 173, 3)]
    assert found.facts().startswith(f"3 of {photographs.name}, sha256 ")


def test_facts_are_of_names_and_sizes(tmp_path: Path) -> None:
    import numpy as np

    def facts(names: tuple[str, ...], side: int, place: str) -> str:
        folder = tmp_path / place / "photographs"
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_bytes(encode_png(np.zeros((side, side, 3), np.uint8), "testing"))
        return list_photographs(folder).facts()

    first = facts(("a.png", "b.png"), 3, "one")
    assert facts(("a.png", "b.png"), 3, "two") == first  # wherever they lie
    assert facts(("a.png", "c.png"), 3, "three") != first
    assert facts(("a.png", "b.png"), 300, "four") != first


def test_those_of_scikit_image_are_found_and_not_imported() -> None:
    import sys

    if importlib.util.find_spec("skimage") is None:
        pytest.skip("scikit-image is not installed")
    found = list_photographs(None)
    assert found.names == SHIPPED
    for number, name in enumerate(SHIPPED):
        pixels = found.read(number)
        assert min(pixels.shape[:2]) >= 224, name
        assert (pixels[..., 0] != pixels[..., 2]).mean() > 0.5, name  # in colour
    assert "skimage" not in sys.modules


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda folder: None,
            "nowhere is no folder of photographs: check the path, or leave the option photographs away",
        ),
        (
            lambda folder: folder.mkdir(),
            r"nowhere holds no photograph \(.*\.jpg.*\).*pip install 'scanpath-attention-rnn\[p",
        ),
        (lambda folder: folder.write_text(""), "nowhere is no folder of photographs"),
    ],
)
def test_a_folder_that_holds_none_is_named(tmp_path: Path, make: Any, words: str) -> None:
    make(tmp_path / "nowhere")
    with pytest.raises(DataError, match=words):
        list_photographs(tmp_path / "nowhere")


def test_a_broken_photograph_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff no picture")
    (tmp_path / "b.jpg").write_bytes(b"")
    found = list_photographs(tmp_path)
    with pytest.raises(DataError, match=r"the photograph .*a\.jpg is not a whole picture"):
        found.read(0)
    (tmp_path / "b.jpg").unlink()
    with pytest.raises(
        DataError, match=r"the photograph .*b\.jpg cannot be read \(No such file or directory\): was it"
    ):
        found.read(1)


@pytest.fixture
def unlisted() -> None:
    """Forget what this process has listed."""
    list_photographs.cache_clear()


@pytest.mark.usefixtures("unlisted")
def test_without_scikit_image_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    words = r"'scikit-image', which is not installed: run pip install 'scanpath-attention-rnn\[photographs\]', or"
    with pytest.raises(MissingExtraError, match=words):
        list_photographs(None)


@pytest.mark.usefixtures("unlisted")
def test_a_scikit_image_without_them_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = ModuleSpec("skimage", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(DataError, match=r"this scikit-image brings no astronaut\.png along .*: run pip install"):
        list_photographs(None)
