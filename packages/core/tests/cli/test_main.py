"""How the help of every verb looks, and what is said of a path that cannot be used; the rest is tested by verb."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scanpath.cli import VERBS, main

#: An option that takes a value, and what stands for it.
VALUED = re.compile(r"^  (?:-\w, )?--[\w-]+ (?P<metavar>\S+)", re.MULTILINE)


def _help(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as end:
        main([*words, "--help"])
    assert end.value.code == 0
    return capsys.readouterr().out


def _section(printed: str, name: str) -> list[str]:
    """Return the lines of a section such as Commands, as they are indented."""
    return printed.partition(f"\n{name}:\n")[2].partition("\n\n")[0].splitlines()


@pytest.mark.parametrize("verb", [None, *VERBS])
def test_help_is_whole_at_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, verb: str | None
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    words = [] if verb is None else [verb]
    pages = {" ".join(words): _help(capsys, *words)}
    listed = _section(pages[" ".join(words)], "Commands")
    assert not [line for line in listed if line.endswith("...")]
    if verb is None:
        assert [line.split()[0] for line in listed if line[2:3].strip()] == [*VERBS]
    else:
        pages |= {f"{verb} {name}": _help(capsys, verb, name) for name in (line.split()[0] for line in listed)}
    for page, printed in pages.items():
        usage = printed.partition("\n\n")[0].removeprefix("Usage:").strip().removeprefix(f"scanpath {page}".strip())
        arguments = [line.split()[0] for line in _section(printed, "Arguments") if line[2:3].strip()]
        metavars = [found["metavar"] for found in VALUED.finditer(printed)]
        shown = [usage, *arguments, *(one for one in metavars if "|" not in one)]  # choices are spelt as they are typed
        assert not [one for one in shown if one != one.upper()], page


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["data", "make", "scenes", "--images", "3", "--root"], "File exists"),
        (["compare", "--out"], "Not a directory"),
    ],
)
def test_a_path_that_cannot_be_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit) as end:
        main([*arguments, str(tmp_path / "file")])
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith(f"scanpath: {tmp_path / 'file'}")
    assert reason in error
    assert error.count("\n") == 1
    with pytest.raises(OSError, match=reason):
        main(["--debug", *arguments, str(tmp_path / "file")])
