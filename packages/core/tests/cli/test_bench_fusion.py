"""``scanpath bench fusion`` on small sizes."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from scanpath.cli.bench import app
from scanpath.errors import ConfigError

SMALL = ["fusion", "--batch", "2", "--query", "7", "--width", "53", "--repeats", "1", "--device", "cpu"]


def test_it_prints_and_writes_what_it_measured(tmp_path):
    out = tmp_path / "fusion.json"
    done = CliRunner().invoke(app, [*SMALL, "--regions", "3x5x11", "--json", str(out)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["plain", "once", "mcb"]
    assert "1.00x the speed of plain, 1.00 of its memory" in lines[0]
    written = json.loads(out.read_text())
    assert written["costs"].keys() == {"plain", "once", "mcb"}
    assert written["setting"]["regions"] == "3x5x11"


def test_a_size_that_is_none():
    with pytest.raises(ConfigError, match="no size"):
        CliRunner().invoke(app, [*SMALL, "--regions", "3by5"], catch_exceptions=False)
