"""``scanpath reproduce`` as typed: the plan, the table, the claims; on pictures drawn for it."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from scanpath.cli import main, reproduce as reproduce_verb
from scanpath.cli.reproduce import _show, _tell
from scanpath.experiments import crew, ray_crew
from scanpath.experiments.tables import estimating, reproducing
from scanpath.experiments.tables.reproducing import Reproduction


def _run(arguments: list[str]) -> int:
    try:
        main(["reproduce", *arguments])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["--help"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Example: scanpath reproduce core core" in printed
    assert "a claim needs 3" in printed


def test_errors_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["core", "coar"]) == 2
    assert "did you mean 'core'" in capsys.readouterr().err
    assert _run(["core", "core", "--scale", "paper", "--runs", str(tmp_path / "runs")]) == 2
    assert "prints no numbers" in capsys.readouterr().err
    assert _run(["core", "core", "--scale", "smoke", "--rows", "maen", "--runs", str(tmp_path / "runs")]) == 2
    assert "has no row 'maen'; did you mean 'mean'" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_a_row_is_planned_run_and_read_also_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    words = ["core", "core", "--scale", "smoke", "--rows", "mean", "--workers", "1"]
    assert _run([*words, "--plan"]) == 0
    planned = capsys.readouterr().err
    assert "1 runs to do, 1 at once: less than a minute" in planned
    assert "MiB in runs, which has" in planned
    assert not (here / "results").exists()
    assert _run(words) == 0
    shown = capsys.readouterr()
    assert "done 1 of 1: mean, seed 0" in shown.err
    assert "Single hop, dot product" not in shown.out
    assert "(16 more without a number)" in shown.out
    assert "not measured: two.all, one.all" in shown.out
    result = json.loads((here / "results" / "core" / "core.smoke.json").read_text())
    assert result["rows"][0]["cells"]["all"]["value"] > 0
    assert "value" not in result["rows"][1]["cells"]["all"]
    assert _run(words) == 0
    assert "1 of 1 runs are done already" in capsys.readouterr().err
    elsewhere = shutil.copytree(here, tmp_path / "elsewhere")
    words += ["--seeds", "2"]
    (first,) = here.glob("runs/*/result.json")
    before = first.read_bytes(), first.stat().st_mtime_ns
    _kill_in_the_second_run(here, words)
    assert _run(words) == 0
    assert "1 of 2 runs are done already" in capsys.readouterr().err
    assert (first.read_bytes(), first.stat().st_mtime_ns) == before
    monkeypatch.chdir(elsewhere)
    assert _run(words) == 0
    killed, whole = (
        json.loads(Path(folder, "results/core/core.smoke.json").read_text()) for folder in (here, elsewhere)
    )
    for name in ("claims", "data", "seeds"):
        assert killed[name] == whole[name]
    assert [row["cells"] for row in killed["rows"]] == [row["cells"] for row in whole["rows"]]
    assert len(killed["rows"][0]["cells"]["all"]["seeds"]) == 2


def test_a_cell_that_others_begin_with_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "expected", lambda _: {})
    monkeypatch.setattr(estimating, "steps_of", lambda _: 7)
    jobs = [SimpleNamespace(key=key, row="dot") for key in "abc"]
    stream = io.StringIO()
    _tell(Console(file=stream), SimpleNamespace(needed=jobs[:2], chosen=jobs[1:], todo=jobs[:1]), 1)
    assert next(line.split()[:4] for line in stream.getvalue().splitlines() if "dot" in line) == ["dot", "3", "2", "7"]


def _kill_in_the_second_run(folder: Path, words: list[str]) -> None:
    """Kill the command as soon as it has begun another run; ten kills at random moments: nox -s kills."""
    command = [sys.executable, "-m", "scanpath", "reproduce", *words]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL, start_new_session=True)
    while len(list(folder.glob("runs/*/config.yaml"))) < 2 and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert len(list(folder.glob("runs/*/result.json"))) == 1


def test_a_full_disk_is_told_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=2**20))
    words = ["core", "core", "--scale", "smoke", "--rows", "mean", "--runs", str(tmp_path / "runs")]
    assert _run(words) == 2
    assert f"GiB and {tmp_path / 'runs'} has 0.0 GiB: make room, or name another folder with --runs." in _said(capsys)
    assert not list(tmp_path.glob("runs/*/config.yaml"))


def test_a_cluster_is_asked_for_with_its_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = []

    def prepare(*words: object, **options: object) -> None:
        asked.append(options)
        raise KeyboardInterrupt

    monkeypatch.setattr(reproducing, "prepare", prepare)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert _run(["core", "core", "--executor", "ray"]) == 2
    assert "--executor ray needs 'ray', which is not installed: run pip install 'scanpath[ray]'" in _said(capsys)
    assert _run(["core", "core", "--gpus-per-row", "0.5"]) == 2
    assert "add --executor ray, or leave them away" in _said(capsys)
    assert _run(["core", "core", "--executor", "ray", "--gpus-per-row", "2"]) == 2
    assert asked == []
    monkeypatch.setattr(ray_crew, "check_ray", lambda: None)
    assert _run(["core", "core", "--executor", "ray", "--root", "data"]) == 130
    assert (asked[0]["runs"], asked[0]["root"]) == (tmp_path / "runs", tmp_path / "data")
    chosen = reproduce_verb._crew("ray", "10.0.0.7:6379", 0.5)
    assert (chosen.func, chosen.keywords) == (ray_crew.do_all, {"address": "10.0.0.7:6379", "gpus": 0.5})
    assert reproduce_verb._crew("local", None, None) is crew.do_all


def _said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())


def test_no_number_is_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure = {"label": "Accuracy", "unit": "%", "higher_is_better": True}
    names = [f"column{number}" for number in range(11)]
    cell = {"paper": None, "value": 12.25, "low": 10.0, "high": 14.5}
    result = {
        "caption": "Wide",
        "columns": [{"id": name, "label": name, "measure": "accuracy", "of": measure} for name in names],
        "rows": [{"label": "One", "external": False, "cells": dict.fromkeys(names, cell)}],
        "claims": [],
    }
    _show(Reproduction(result, tmp_path / "wide.small.json", 0))
    printed = capsys.readouterr().out
    assert printed.count("12.25 ± 2.25") == 11
    assert "wide.small.html" not in printed, "no page was drawn"
