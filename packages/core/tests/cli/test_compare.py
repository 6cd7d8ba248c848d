"""``scanpath compare diff`` as typed; the comparison itself is run in tests/compare/test_comparison.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.cli import main


def _run(arguments: list[str]) -> int:
    try:
        main(["compare", *arguments])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _write(folder: Path, scores: list[float]) -> str:
    from scanpath.compare.answered import NUMBERS, TEXTS

    header = ["question_id", "image_id", *TEXTS, *NUMBERS]
    lines = [",".join(header)]
    for number, score in enumerate(scores):
        lines.append(f"{number},{number // 2},what [red]?,color,other,answer {number},0.5,{score},,,")
    folder.mkdir()
    (folder / "seed0.csv").write_text("\n".join(lines) + "\n")
    return str(folder)


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["--help"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "attention mechanisms and a ladder of baselines" in printed
    assert "Example: scanpath compare --mechanisms" in printed


def test_diff_prints_types_and_flips(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = _write(tmp_path / "a", [0.0] * 7), _write(tmp_path / "b", [1.0] * 6 + [0.0])
    assert _run(["diff", first, second, "--questions", "2"]) == 0
    printed = capsys.readouterr().out
    assert "color" in printed
    assert "B answers 6 questions that A does not, and misses 0" in printed
    assert "+ 0 what [red]? A: answer 0, B: answer 0" in printed
    assert "and 4 more" in printed


def test_errors_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    assert "is no row" in capsys.readouterr().err
    assert _run(["--mechanisms", "aditive", "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "did you mean 'additive'" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()
