"""``scanpath predict-split``: the file it writes passes ``scanpath submission check``, as it says."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from scanpath.cli import main
from scanpath.predict import load_run


def called(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, list[str], str]:
    code = 0
    try:
        main([*map(str, words)])
    except SystemExit as left:
        code = int(left.code or 0)
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_what_it_writes_passes_the_check_that_it_names(
    trained_folder: Path, run_world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "my results.json"
    code, lines, _ = called(capsys, "predict-split", trained_folder, "--split", "test", "--out", out)
    assert code == 0
    assert lines[0].startswith("77 questions of scenes/test answered in ")
    assert lines[0].endswith(f" s: {out}")
    said = {entry["question_id"]: entry["answer"] for entry in json.loads(out.read_text())}
    assert len(said) == 77
    _, *check = shlex.split(lines[1].removeprefix("Before an upload: "))
    code, lines, _ = called(capsys, *check)
    assert (code, lines) == (0, [f"{out} answers each of the 77 questions of scenes/test once, in the official form."])

    saved = load_run(trained_folder).save_pretrained(tmp_path / "saved")
    again = tmp_path / "again.json"
    words = ("--split", "test", "--out", again, "--data", "scenes", "--root", run_world, "--batch-size", 5)
    code, _, _ = called(capsys, "predict-split", saved, *words)
    assert code == 0
    assert {entry["question_id"]: entry["answer"] for entry in json.loads(again.read_text())} == said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--split", "tset", "--out", "a.json"), "there is no split 'tset' of scenes; did you mean 'test'?"),
        (("--split", "test", "--out", "."), ". is a folder: name a file to write the answers to."),
        (("--split", "test", "--out", "a.json", "--data", "vqa3"), "the settings: data: no installed package brings"),
    ],
)
def test_mistakes_are_one_sentence(
    trained_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, lines, err = called(capsys, "predict-split", trained_folder, *words)
    assert (code, lines, err.count("\n")) == (2, [], 1)
    assert err.startswith(f"scanpath: {sentence}")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_no_model(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = called(capsys, "predict-split", "nowhere", "--split", "test", "--out", "a.json")
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("scanpath: nowhere holds no run")
