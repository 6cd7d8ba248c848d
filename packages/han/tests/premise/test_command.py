"""The command, on a few pictures."""

from __future__ import annotations

import json

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from scanpath_han.premise.__main__ import main


@pytest.fixture
def call(world):
    """Run the command on Sort-of-CLEVR."""
    app = typer.Typer()
    app.command()(main)

    def run(*arguments):
        return CliRunner().invoke(app, [*arguments, "--data", "sort-of-clevr", "--root", str(world)])

    return run


def test_it_writes_figures_a_page_and_a_drawing(call, tmp_path):
    path = tmp_path / "premise.json"
    done = call("--pictures", "3", "--seeds", "1", "--backbone", "scenes_cnn", "--json", str(path))
    assert done.exit_code == 0, done.output
    assert "scenes_cnn, pre-trained: norm, any object 0." in done.output
    assert done.output.endswith(f"written to {path}, .md and .png\n")
    written = json.loads(path.read_text())
    assert (written["pictures"], written["hardware"]["cores"] > 0) == (3, True)
    assert "| scenes_cnn, pre-trained (8x8) | norm of the features |" in path.with_suffix(".md").read_text()
    with Image.open(path.with_suffix(".png")) as drawing:
        assert drawing.width > drawing.height


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--weights", "resnet101"), "--weights 'resnet101' was given, expected NAME=FILE"),
        (("--weights", "=x.pth"), "expected NAME=FILE"),
        (("--split", "tset"), "there is no split 'tset' of sort-of-clevr"),
        (("nowhere", "--pictures", "2", "--seeds", "1", "--backbone", "scenes_cnn"), "nowhere"),
        (("--backbone", "scenes_cmm", "--pictures", "2", "--seeds", "1"), "there is no backbone 'scenes_cmm'"),
    ],
)
def test_what_cannot_be_is_one_sentence(call, arguments, sentence):
    done = call(*arguments)
    assert done.exit_code == 2
    assert sentence in done.output
    assert "Traceback" not in done.output
