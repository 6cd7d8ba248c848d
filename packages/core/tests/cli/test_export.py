"""``scanpath export``: a run becomes a folder that answers as the run does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath.cli import main
from scanpath.predict import load_run

QUESTION = "what color is the large circle?"


def exported(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, list[str], str]:
    code = 0
    try:
        main(["export", *map(str, words)])
    except SystemExit as left:
        code = int(left.code or 0)
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_a_run_is_given_away(trained_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "my [model]"
    code, lines, _ = exported(capsys, trained_folder, target)
    assert code == 0
    names = ["README.md", "config.json", "model.safetensors"]
    assert lines[:3] == [f"written: {target / name}" for name in names]
    assert lines[3:] == ["No licence was named for the weights; README.md says so. Name one with --licence."]
    pixels = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    said = [load_run(folder).predict(pixels, QUESTION).top for folder in (trained_folder, target)]
    assert said[0] == said[1]


def test_it_is_pushed_under_its_name(
    trained_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed = []
    monkeypatch.setattr("huggingface_hub.create_repo", lambda name, **options: f"https://hub/{name}")
    monkeypatch.setattr("huggingface_hub.upload_folder", lambda **options: pushed.append(options["repo_id"]))
    code, lines, _ = exported(capsys, trained_folder, tmp_path / "m", "--push", "owner/name", "--licence", "mit")
    assert (code, lines[3:], pushed) == (0, ["uploaded: https://hub/owner/name"], ["owner/name"])
    assert 'from_pretrained("owner/name")' in (tmp_path / "m" / "README.md").read_text()


def test_mistakes_are_one_sentence(trained_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exported(capsys, trained_folder, trained_folder)[2].startswith(f"scanpath: {trained_folder} holds '.lock'")
    assert "--private goes with --push" in exported(capsys, trained_folder, tmp_path / "m", "--private")[2]
    code, lines, err = exported(capsys, tmp_path / "absent", tmp_path / "m")
    assert (code, lines, err.count("\n")) == (2, [], 1)
    assert not (tmp_path / "m").exists()
