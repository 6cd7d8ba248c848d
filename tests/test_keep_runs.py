"""``tools/keep_runs.py``: records of runs stand in for the runs, and say nothing of the machine's folders."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

from scanpath.experiments.tables.reproducing import prepare, reproduce
from scanpath.files import read_json, write_json

pytestmark = pytest.mark.tree


@pytest.fixture(scope="module")
def tool():
    file = Path(__file__).resolve().parent.parent / "tools/keep_runs.py"
    spec = importlib.util.spec_from_file_location("keep_runs", file)
    sys.modules["keep_runs"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["keep_runs"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One finished run of the core's table, its data and its result."""
    root = tmp_path_factory.mktemp("made")
    result = smoke(root / "runs", root / "data", root / "first")
    (run,) = [path for path in (root / "runs").iterdir() if (path / "result.json").exists()]
    return root, run, result


def smoke(runs, root, out):
    """Reproduce one row of the core's table under one seed."""
    said = []
    plan = prepare("core", "core", "smoke", seeds=1, rows=["mean"], runs=runs, root=root, say=said.append)
    return reproduce(plan, "core", out=out, workers=1, say=said.append, progress=lambda *_: None)


def test_a_table_is_judged_again_from_records_without_their_weights(tool, made, tmp_path, capsys):
    root, run, first = made
    assert tool.main([str(run), "--out", str(tmp_path / "kept")]) == 0
    assert "1 runs kept" in capsys.readouterr().out
    (listed,) = [line for line in (tmp_path / "kept/README.md").read_text().splitlines() if run.name in line]
    assert listed.startswith(f"| `{run.name}` | scenes | `{{name: canonical, attention: mean")
    assert "| 0 |  | test accuracy " in listed
    kept = tmp_path / "kept" / run.name
    assert not list(kept.rglob("*.safetensors"))
    assert not any(str(root) in file.read_text() for file in kept.rglob("*") if file.is_file())
    again = smoke(tmp_path / "kept", root / "data", tmp_path / "again")
    assert (first.reused, again.reused) == (0, 1)
    one, other = (read_json(found.path) for found in (first, again))
    assert other["costs"] is None
    for row in (*one["rows"], *other["rows"]):
        del row["cells"]["runtime"]
    assert one["rows"] == other["rows"]
    assert (one["data"], one["hardware"], one["measured"]) == (other["data"], other["hardware"], other["measured"])


def test_the_day_of_a_measurement_survives_a_checkout(tool, made, tmp_path):
    run = Path(shutil.copytree(made[1], tmp_path / made[1].name))
    result = read_json(run / "result.json")
    del result["measured"]  # as before runs told their day
    write_json(run / "result.json", result)
    os.utime(run / "result.json", (86400 * 365, 86400 * 365))
    tool.main([str(run), "--out", str(tmp_path / "kept")])
    assert read_json(tmp_path / "kept" / run.name / "result.json")["measured"] == "1971-01-01"


def test_weights_come_when_asked_and_unfinished_runs_are_named(tool, made, tmp_path, capsys):
    _, run, _ = made
    begun = tmp_path / "begun"
    begun.mkdir()
    (begun / "config.yaml").write_text("seed: 0\n")
    assert tool.main([str(run), str(begun), "--out", str(tmp_path / "kept"), "--weights"]) == 0
    assert "not finished: begun" in capsys.readouterr().out
    weights = "checkpoints/best/model.safetensors"
    assert (tmp_path / "kept" / run.name / weights).read_bytes() == (run / weights).read_bytes()
    assert not (tmp_path / "kept/begun").exists()
    assert tool.main([str(begun), "--out", str(tmp_path / "kept")]) == 2
    assert "none of these is a finished run" in capsys.readouterr().err


def test_the_committed_records_are_listed(tool, root, tmp_path, capsys):
    folders = sorted(root.glob("results/*/runs"))
    assert folders
    for folder in folders:
        assert (folder / "README.md").read_text() == tool.index(folder), f"run python tools/keep_runs.py --out {folder}"
    assert tool.main(["--out", str(tmp_path)]) == 2
    assert "holds no records" in capsys.readouterr().err
    copy = shutil.copytree(folders[0], tmp_path / "kept")
    (copy / "README.md").unlink()
    assert tool.main(["--out", str(copy)]) == 0
    assert (copy / "README.md").read_text() == (folders[0] / "README.md").read_text()
