"""What the command line says when a path cannot be used; sentences of single verbs are tested beside the verbs."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.cli import main


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
