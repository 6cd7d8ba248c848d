"""Runs with names, files beside each other, and errors in one sentence."""

from __future__ import annotations

import json
import sys

import pytest
import typer
from PIL import Image

from scanpath.errors import ConfigError, DataError
from scanpath.report.figure_command import named_runs, told, write_figure, write_picture


@pytest.mark.parametrize(
    ("given", "run"),
    [
        ("runs/0f3a", ("", "runs/0f3a")),
        ("CTX=runs/0f3a", ("CTX", "runs/0f3a")),
        ("CTX=runs/lr=0.1/0f3a", ("CTX", "runs/lr=0.1/0f3a")),
        ("=lr=0.1", ("", "lr=0.1")),
    ],
)
def test_the_first_sign_ends_the_name(given, run):
    assert list(named_runs([given, "a=b"])) == [run, ("a", "b")]


def test_a_folder_has_no_name_whatever_it_is_called(tmp_path):
    (tmp_path / "lr=0.1").mkdir()
    assert list(named_runs([f"{tmp_path}/lr=0.1"])) == [("", f"{tmp_path}/lr=0.1")]


def test_an_error_is_one_sentence(capsys):
    with pytest.raises(typer.Exit) as left, told():
        raise DataError("it is gone: make it again.")
    assert (left.value.exit_code, capsys.readouterr().err) == (2, "it is gone: make it again.\n")


def test_without_pillow_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.delitem(sys.modules, "scanpath.report.overlay", raising=False)
    with pytest.raises(typer.Exit), told():
        raise AssertionError
    assert "run pip install 'scanpath[train]'" in capsys.readouterr().err


def test_three_files_lie_beside_each_other(tmp_path, capsys):
    drawing = Image.new("RGB", (7, 5), "red")
    path = tmp_path / "figures" / "figure5.json"
    write_figure(None, {"a": 1}, "# A page\n", drawing)
    assert capsys.readouterr().out == ""
    write_figure(path, {"a": 1}, "# A page\n", drawing)
    assert json.loads(path.read_text()) == {"a": 1}
    assert path.with_suffix(".md").read_text() == "# A page\n"
    with Image.open(path.with_suffix(".png")) as found:
        assert (found.size, found.getpixel((6, 4))) == ((7, 5), (255, 0, 0))
    write_picture(tmp_path / "alone.png", drawing)
    assert (tmp_path / "alone.png").read_bytes() == path.with_suffix(".png").read_bytes()
    assert capsys.readouterr().out == f"written to {path}, .md and .png\nwritten to {tmp_path / 'alone.png'}\n"
    write_picture(tmp_path / "alone.jpg", drawing)
    with Image.open(tmp_path / "alone.jpg") as found:
        assert (found.format, found.size) == ("JPEG", (7, 5))


@pytest.mark.parametrize("name", ["figure7", "figure7.gif", "figure7.png.md"])
def test_a_picture_ends_as_its_format(tmp_path, name):
    with pytest.raises(ConfigError, match=f"{name} is no name of a picture: end it in .png"):
        write_picture(tmp_path / name, Image.new("RGB", (7, 5), "red"))
    assert not [*tmp_path.iterdir()]
