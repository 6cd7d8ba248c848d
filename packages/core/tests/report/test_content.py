"""The content is plain and cannot be changed behind the page's back."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest


def test_content_is_frozen(content):
    with pytest.raises(dataclasses.FrozenInstanceError):
        content.title = "other"
    with pytest.raises(dataclasses.FrozenInstanceError):
        content.rows[0].accuracy.value = 100.0


def test_importing_it_brings_nothing_heavy():
    heavy = {"torch", "matplotlib", "PIL", "jinja2"}
    code = f"import sys, scanpath.report.content; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
