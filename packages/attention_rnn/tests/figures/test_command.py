"""The commands, on a few pictures."""

from __future__ import annotations

import json
import sys

import pytest
from PIL import Image
from typer.testing import CliRunner

from scanpath_attention_rnn.figures.__main__ import app


@pytest.fixture
def call(world):
    """Run a command on the small world."""

    def run(command, *arguments):
        return CliRunner().invoke(app, [command, *arguments, "--root", str(world)])

    return run


@pytest.fixture
def run_of(model, tmp_path):
    """A call that saves a network by its scorer's options, and returns its folder."""

    def save(name, **options):
        scorer = {"name": "attention_rnn", "hidden": 2, **options}
        model(name="progressive", scorer=scorer, channels=[3, 5]).save_pretrained(tmp_path / name)
        return str(tmp_path / name)

    return save


def test_samples(call, tmp_path):
    path = tmp_path / "figure5.png"
    done = call("samples", "--data", "mref", "--pictures", "2", "--out", str(path))
    assert done.exit_code == 0, done.output
    with Image.open(path) as drawing:
        assert drawing.height > drawing.width


def test_maps(call, run_of, tmp_path):
    path = tmp_path / "maps.json"
    runs = f"one={run_of('a')}", f"two={run_of('b', combine='independent')}"
    done = call("maps", *runs, "--data", "mref", "--pictures", "2", "--drawn", "1", "--json", str(path))
    assert done.exit_code == 0, done.output
    assert "two: accuracy " in done.output
    assert [one["name"] for one in json.loads(path.read_text())["networks"]] == ["one", "two"]
    assert "| one (a) |" in path.with_suffix(".md").read_text()
    with Image.open(path.with_suffix(".png")) as drawing:
        assert drawing.width > 600


def test_modes(call, run_of, tmp_path):
    path, chosen = tmp_path / "modes.json", ("--factor", "1", "--factor", "4", "--pictures", "2", "--samples", "2")
    run = run_of("a", sample=True)
    done = call("modes", f"wave={run}", "--data", "mref", *chosen, "--show", "maps", "--json", str(path))
    assert done.exit_code == 0, done.output
    assert "wave, factor 4, copies (turned): " in done.output
    written = json.loads(path.read_text())
    assert (written["pictures"], written["hardware"]["cores"] > 0) == (2, True)
    assert "## The paper's sentences" in path.with_suffix(".md").read_text()
    assert path.with_suffix(".png").stat().st_size > 1000


@pytest.mark.parametrize(
    ("command", "arguments", "sentence"),
    [
        ("maps", ("nowhere", "--data", "mref"), "nowhere"),
        ("maps", ("RUN", "--data", "mref", "--split", "tset"), "there is no split 'tset' of mref"),
        ("modes", ("RUN", "--data", "mref"), "draws no values at pool1: name a run of ARNN~"),
        ("modes", ("RUN", "--data", "mbg-inverse"), "cannot have a digit in several colours"),
        ("modes", ("RUN", "--data", "mref", "--factor", "2"), "expected 1, at least one above it"),
        ("samples", ("--data", "mdist", "--out", "x.png"), "mdist"),
    ],
)
def test_what_cannot_be_is_one_sentence(call, run_of, command, arguments, sentence):
    done = call(command, *(run_of("a") if one == "RUN" else one for one in arguments))
    assert done.exit_code == 2, done.output
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_without_pillow_it_says_what_to_install(call, run_of, monkeypatch):
    """As after ``pip install scanpath-attention-rnn`` alone."""
    run = run_of("a")
    monkeypatch.setitem(sys.modules, "PIL", None)
    for name in [
        name for name in sys.modules if name.startswith(("scanpath.report", "scanpath_attention_rnn.figures."))
    ]:
        monkeypatch.delitem(sys.modules, name)
    done = call("maps", run, "--data", "mref")
    assert done.exit_code == 2
    assert "run pip install 'scanpath[train]'" in done.output
