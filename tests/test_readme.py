"""The first thing a stranger types: the README's example is run, and prints what the README says."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.tree

MOST_LINES = 12
BLOCKS = re.compile(
    r"```python\n(?P<code>.*?)```\s*(?:[^`\n]*\n\s*)?```(?:text|console)?\n(?P<output>.*?)```", re.DOTALL
)


@pytest.fixture
def example(root):
    readme = root / "README.md"
    assert readme.exists(), "README.md is missing"
    found = BLOCKS.search(readme.read_text())
    assert found, "README.md has no python block followed by a block of its output"
    return found


def test_the_example_is_short(example):
    lines = [line for line in example["code"].splitlines() if line.strip()]
    assert 3 <= len(lines) <= MOST_LINES


def test_the_example_prints_what_it_says(example, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example["code"]],
        cwd=tmp_path, env={**os.environ, "SCANPATH_DATA": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip() == example["output"].rstrip()


def test_the_two_commands_are_there(root):
    text = (root / "README.md").read_text()
    assert 'python3 -m venv .venv && .venv/bin/pip install "nox[uv]" && .venv/bin/nox -s compare' in text
    assert re.search(r"^\.venv/bin/nox$", text, re.MULTILINE), "the command that runs the tests, bare nox, is missing"
