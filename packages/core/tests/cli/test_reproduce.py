"""``scanpath reproduce`` as typed: the plan, the table, the claims; on pictures drawn for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanpath.cli import main


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
    assert not (tmp_path / "runs").exists()


def test_a_row_is_planned_run_and_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["core", "core", "--scale", "smoke", "--rows", "mean", "--workers", "1"]
    assert _run([*words, "--plan"]) == 0
    planned = capsys.readouterr().err
    assert "1 runs to do, 1 at once: less than a minute" in planned
    assert not (tmp_path / "results").exists()
    assert _run(words) == 0
    shown = capsys.readouterr()
    assert "done 1 of 1: mean, seed 0" in shown.err
    assert "Two hops" in shown.out
    assert "not measured: two.all, one.all" in shown.out
    result = json.loads((tmp_path / "results" / "core" / "core.smoke.json").read_text())
    assert result["rows"][0]["cells"]["all"]["value"] > 0
    assert "value" not in result["rows"][1]["cells"]["all"]
    assert _run(words) == 0
    assert "1 of 1 runs are done already" in capsys.readouterr().err
