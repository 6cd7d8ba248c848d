"""``scanpath bench cost`` prints a table, writes JSON, and refuses what cannot be."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import pytest
import torch
import typer
from typer.testing import CliRunner

from scanpath import registry
from scanpath.bench.cost import Cost
from scanpath.bench.method import Asked, Group, Measured
from scanpath.cli.bench_cost import cost
from scanpath.errors import ConfigError
from scanpath.method import Method

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(cost)
SMALL = ["--batch", "2", "--query", "7", "--repeats", "1", "--device", "cpu", "--regions", "5x11"]


def call(*words):
    return CliRunner().invoke(app, list(words))


def saving(*, device, batch, repeats):
    """Measure nothing, and say what it was called with."""
    figures = {"peak_bytes": 2**21, "parameters": 0, "resident_bytes": None}
    first = Cost(milliseconds=30.0, spread=(30.0, 30.0), times=(30.0,), flops=0, **figures)
    second = Cost(milliseconds=8.0, spread=(8.0, 8.0), times=(8.0,), flops=0, **figures)
    asked = Asked(what="at least 3x less time", found=3.75, met=True), Asked(what="less [memory]", found=1.0, met=False)
    lines = Measured(name="all", cost=first), Measured(name="[some] of it", cost=second, asked=asked)
    yield Group(title=f"{batch} on {device}, {repeats} times", lines=lines)


@pytest.fixture
def with_a_bench(monkeypatch):
    """Put a method in the catalogue that brings the core's mean and a bench of its own."""
    one = Method(
        name="own", paper="Own", attentions={"mean": "scanpath.attention.none:MeanPooling"},
        benches={"saving": "own_bench:saving"},
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "own_bench", SimpleNamespace(saving=saving))
    registry.forget()
    monkeypatch.setattr(registry, "methods", lambda: {"own": one})
    yield
    registry.addresses.cache_clear()


def test_table_and_json(tmp_path):
    out = tmp_path / "cost.json"
    result = call("mean", "dot", "local", *SMALL, "--regions", "2x3x11", "--json", str(out))
    assert result.exit_code == 0, result.output
    assert "5x11" in result.output
    assert "2x3x11" in result.output
    assert "boxes have no neighbours" in " ".join(result.output.split())
    written = json.loads(out.read_text())
    assert set(written) == {"hardware", "setting", "lines", "benches"}
    assert written["benches"] == {}
    assert written["setting"]["batch"] == 2
    assert [line["name"] for line in written["lines"]] == ["mean", "dot", "local"] * 2
    assert written["hardware"]["versions"]["torch"]


def test_what_a_method_measures_of_its_own_comes_below(with_a_bench, tmp_path):
    out = tmp_path / "cost.json"
    result = call("--method", "own", *SMALL, "--json", str(out))
    assert result.exit_code == 0, result.output
    table, group = result.output.split("2 on cpu, 1 times")
    assert "5x11" in table
    heading, first, second = (line.split() for line in group.strip().splitlines())
    assert heading[:2] == ["measured", "ms"]
    assert first == ["all", "30.00", "1.00x", "1.00", "to", "1.00", "0.000", "–", "2.0", "1.00x"]
    assert second[:5] == ["[some]", "of", "it", "8.00", "3.75x"]
    assert "at least 3x less time: met (3.75); less [memory]: NOT met (1.00)" in group
    (written,) = json.loads(out.read_text())["benches"]["saving"]
    assert written["title"] == "2 on cpu, 1 times"
    assert [line["less"]["time"][1] for line in written["lines"]] == [1.0, 3.75]


def test_a_forward_pass_alone_leaves_them_out(with_a_bench, tmp_path):
    out = tmp_path / "cost.json"
    result = call("--method", "own", "--forward", *SMALL, "--json", str(out))
    assert result.exit_code == 0, result.output
    assert "1 times" not in result.output
    assert json.loads(out.read_text())["benches"] == {}


def test_mechanisms_and_a_method_exclude_each_other():
    with pytest.raises(ConfigError, match="both given"):
        raise call("mean", "--method", "core", *SMALL).exception


@pytest.mark.skipif(torch.cuda.is_available(), reason="only without a GPU")
def test_a_gpu_that_is_not_there_is_told():
    with pytest.raises(ConfigError, match="finds no GPU"):
        raise call("mean", "--device", "cuda").exception
