"""The description of the machine: complete, plain, and honest about commits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from scanpath import environment


def test_hardware_is_plain_and_complete():
    described = environment.hardware()
    assert json.loads(json.dumps(described)) == described
    assert set(described) == {"processor", "cores", "threads", "accelerator", "system", "versions", "commit"}
    assert described["processor"]
    assert described["cores"] >= 1
    assert {"python", "torch", "scanpath", "numpy"} <= set(described["versions"])


def test_import_brings_no_torch():
    code = "import sys, scanpath.environment; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def git(folder: Path, *words: str) -> str:
    names = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    done = subprocess.run(
        ["git", "-C", str(folder), *words], env={**os.environ, **names}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_commit_of_a_tree_says_whether_it_was_changed(tmp_path):
    package = tmp_path / "clean"
    package.mkdir()
    (package / "a.py").write_text("1")
    git(tmp_path, "init", "-q")
    assert environment.commit(package) is None  # nothing of it is tracked: some other project's tree
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    environment.commit.cache_clear()
    assert environment.commit(package) == git(tmp_path, "rev-parse", "--short=12", "HEAD")
    (package / "a.py").write_text("2")
    environment.commit.cache_clear()
    assert environment.commit(package) == git(tmp_path, "rev-parse", "--short=12", "HEAD") + "+"


def test_commit_without_git_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    environment.commit.cache_clear()
    assert environment.commit(tmp_path) is None
    environment.commit.cache_clear()
