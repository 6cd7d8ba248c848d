"""``scanpath bench cost`` prints a table, writes JSON, and refuses what cannot be."""

from __future__ import annotations

import json

import pytest
import torch
import typer
from typer.testing import CliRunner

from scanpath.cli.bench_cost import cost
from scanpath.errors import ConfigError

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(cost)
SMALL = ["--batch", "2", "--query", "7", "--repeats", "1", "--device", "cpu", "--regions", "5x11"]


def call(*words):
    return CliRunner().invoke(app, list(words))


def test_table_and_json(tmp_path):
    out = tmp_path / "cost.json"
    result = call("mean", "dot", "local", *SMALL, "--regions", "2x3x11", "--json", str(out))
    assert result.exit_code == 0, result.output
    assert "5x11" in result.output
    assert "2x3x11" in result.output
    assert "boxes have no neighbours" in " ".join(result.output.split())
    written = json.loads(out.read_text())
    assert set(written) == {"hardware", "setting", "lines"}
    assert written["setting"]["batch"] == 2
    assert [line["name"] for line in written["lines"]] == ["mean", "dot", "local"] * 2
    assert written["hardware"]["versions"]["torch"]


def test_mechanisms_and_a_method_exclude_each_other():
    with pytest.raises(ConfigError, match="both given"):
        raise call("mean", "--method", "core", *SMALL).exception


@pytest.mark.skipif(torch.cuda.is_available(), reason="only without a GPU")
def test_a_gpu_that_is_not_there_is_told():
    with pytest.raises(ConfigError, match="finds no GPU"):
        raise call("mean", "--device", "cuda").exception
