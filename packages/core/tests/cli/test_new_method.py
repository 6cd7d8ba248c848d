"""``scanpath new-method``: what it writes, says and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.cli import main


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = 0
    try:
        main(["new-method", *words])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_says_what_to_do_next(capsys: pytest.CaptureFixture[str], elsewhere: Path) -> None:
    code, out, err = said(capsys, "gaze", "--paper", "Gaze, A. Author, 2016")
    folder = elsewhere / "scanpath-gaze"
    assert (code, err) == (0, "")
    assert out.startswith(f"{folder}: 19 files.")
    for step in (f"cd {folder}\n", 'pip install "scanpath[train]" -e .', "--mechanisms gaze", "reproduce gaze table1"):
        assert step in out
    assert 'paper="Gaze, A. Author, 2016"' in (folder / "src/scanpath_gaze/plugin.py").read_text()


def test_in_the_tree_its_sessions_are_named(capsys: pytest.CaptureFixture[str], elsewhere: Path) -> None:
    (elsewhere / "packages/core").mkdir(parents=True)
    (elsewhere / "packages/core/pyproject.toml").touch()
    code, out, _ = said(capsys, "gaze")
    assert code == 0
    assert 'nox -s "tests(gaze)" lint types' in out
    assert f'pip install -e "{elsewhere}/packages/core[train]" -e {elsewhere}/packages/gaze\n' in out
    assert (elsewhere / "packages/gaze/pyproject.toml").is_file()


@pytest.mark.parametrize(("words", "sentence"), [(["Gaze"], "try 'gaze'"), (["dot"], "try 'my_dot'")])
def test_bad_names_are_one_sentence(
    capsys: pytest.CaptureFixture[str], elsewhere: Path, words: list[str], sentence: str
) -> None:
    code, out, err = said(capsys, *words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert not list(elsewhere.iterdir())


def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str], elsewhere: Path) -> None:
    (elsewhere / "mine").mkdir()
    code, _, err = said(capsys, "gaze", "--folder", "mine")
    assert code == 2
    assert err.startswith(f"scanpath: {elsewhere / 'mine'} exists already, and nothing is overwritten: ")
    assert not list((elsewhere / "mine").iterdir())


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "--help")
    assert code == 0
    for words in ("Example: scanpath new-method gated", "Nothing is overwritten", "packages/NAME"):
        assert words in " ".join(out.split())
