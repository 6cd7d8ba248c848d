"""The commands write data, a page and a picture, and tell an error in one sentence."""

from __future__ import annotations

import json
import sys

import pytest
from PIL import Image
from typer.testing import CliRunner

from scanpath_sla.figures.__main__ import app

ASK = ("--ask",)


def call(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.mark.parametrize(
    ("command", "kinds", "options", "words"),
    [
        ("gradients", ("latent", "traditional"), ("--questions", 20, "--batch", 10), "first over last"),
        ("weights", ("latent", "traditional"), ("--questions", 20), "largest weight, layer 3"),
        ("steps", ("latent",), ("--questions", 20, "--drawn", 2), "Moved: 0."),
        ("words", ("review",), ("--split", "val", "--drawn", 2), "Moved: 0."),
        ("epochs", ("soft", "plain"), (), "BLEU-4 rose in"),
        (
            "bias",
            ("placed",),
            (*ASK, "what color is the circle?=top", *ASK, "what color is the square?=left"),
            "| what color is the circle? | top |",
        ),
    ],
)
def test_it_writes_three_files(run_of, tmp_path, command, kinds, options, words):
    path = tmp_path / f"{command}.json"
    done = call(command, *(run_of(kind) for kind in kinds), *options, "--json", path)
    assert done.exit_code == 0, done.output
    assert json.loads(path.read_text())["hardware"]["cores"] > 0
    assert words in path.with_suffix(".md").read_text()
    with Image.open(path.with_suffix(".png")) as drawing:
        assert drawing.width > 100


def test_what_cannot_be_is_one_sentence(run_of, tmp_path):
    done = call("gradients", run_of("latent"))
    assert (done.exit_code, "no run of the kind traditional" in done.output) == (2, True)
    done = call("words", run_of("soft"), "--beam", 0)
    assert (done.exit_code, "a beam of 0 was asked for, expected 1 or more" in done.output) == (2, True)
    done = call("steps", tmp_path)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_without_pillow_it_says_what_to_install(run_of, monkeypatch):
    """As after ``pip install scanpath-sla`` alone."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    for name in [name for name in sys.modules if name.startswith(("scanpath.report", "scanpath_sla.figures."))]:
        monkeypatch.delitem(sys.modules, name)
    done = call("steps", run_of("latent"))
    assert done.exit_code == 2
    assert "run pip install 'scanpath[train]'" in done.output
