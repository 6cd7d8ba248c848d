"""``scanpath ledger`` as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanpath.cli import main
from scanpath.experiments.tables.results import FORM


def _run(arguments: list[str]) -> None:
    main(["ledger", *arguments])


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """One row of the core's table, measured by hand."""
    (tmp_path / "core").mkdir()
    result = {
        "form": FORM, "measured": "2026-11-21", "file": "other",
        "rows": [{"id": "mean", "cells": {"all": {"paper": None, "value": 44.0, "seeds": [44.0]}}}],
        "claims": [{"comparison": "two.all > one.all", "verdict": "open", "links": [{"seeds": 1}]}],
        "hardware": [{"versions": {"scanpath": "0.1.0"}, "commit": None}],
    }  # fmt: skip
    (tmp_path / "core" / "core.small.json").write_text(json.dumps(result))
    (tmp_path / "core" / "lost.small.json").write_text("{}")
    return tmp_path


def _finish(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        _run(arguments)
    assert not end.value.code


def test_everything_is_listed(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _finish([str(results)])
    printed = " ".join(capsys.readouterr().out.split())
    assert "core core: The blog's ways of looking" in printed
    assert "mean never measured 2026-11-21, 1 seed, table changed since [1] not defined" in printed
    assert "[1] scanpath 0.1.0, commit unknown" in printed
    assert "claim: Two hops do better than one." in printed
    assert "never open 2026-11-21, 1 seed, table changed since [1]" in printed
    assert "three never never not defined" in printed
    assert "never judged" in printed
    assert "lost.small.json" in printed


def test_a_misspelt_folder_is_not_taken_for_an_empty_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        _run([str(tmp_path / "resluts")])
    assert end.value.code == 2
    assert "resluts is no folder of results" in capsys.readouterr().err


def test_json_has_the_versions(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _finish([str(results), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["foreign"] == ["core/lost.small.json"]
    (page,) = [page for page in told["tables"] if (page["method"], page["table"]) == ("core", "core")]
    assert page["entries"][0]["states"][1]["versions"] == {"scanpath": "0.1.0"}
