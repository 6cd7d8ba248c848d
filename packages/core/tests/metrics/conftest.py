"""Three pictures, what people wrote of them and what a model says: scores that the official code gave."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

REFERENCES = {
    1: ["A man rides a brown horse.", "A person riding a horse in a field", "man on horse"],
    2: ["Two dogs play with a red ball!", "dogs playing in the grass", "two dogs are running after a ball"],
    3: ["A plate of food on a table.", "a table with a plate of food", "food on a white plate"],
}
SAID = {1: "A man riding a horse", 2: "two dogs playing with a ball in the grass.", 3: "a plate with food"}


@pytest.fixture
def golden() -> tuple[dict[int, list[str]], dict[int, str]]:
    return REFERENCES, SAID


@pytest.fixture
def real_java() -> None:
    if shutil.which("java") is None:
        pytest.skip("there is no Java here")


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def fake_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A call that puts a shell script where Java is looked for."""

    def put(script: str) -> None:
        folder = tmp_path / "bin"
        folder.mkdir()
        (folder / "java").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "java").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    return put
