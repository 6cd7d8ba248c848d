"""The table of costs: sizes and names read with care, every mechanism accounted for."""

from __future__ import annotations

import pytest

from scanpath.bench.table import Problem, chosen_device, cost_table, known_mechanisms, parse_mechanism, parse_size
from scanpath.errors import ConfigError, UnknownNameError

TINY = Problem(batch=3, query_dim=11, tokens=5, token_dim=13)


def test_sizes():
    assert parse_size("14x14x2048") == (14, 14, 2048)
    assert parse_size("36x2048") == (36, 2048)


@pytest.mark.parametrize("text", ["", "2048", "14x14x14x2048", "0x7", "axb", "7x", "7 x 11", "-7x11"])
def test_sizes_that_are_none(text):
    with pytest.raises(ConfigError, match="expected KxD or HxWxD"):
        parse_size(text)


def test_devices(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert (chosen_device(None), chosen_device("cpu")) == ("cpu", "cpu")
    with pytest.raises(ConfigError, match="--device cuda was given, but torch finds no GPU: use --device cpu"):
        chosen_device("cuda")
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    assert [chosen_device(given) for given in (None, "cpu", "cuda", "cuda:1")] == ["cuda", "cpu", "cuda", "cuda:1"]
    with pytest.raises(ConfigError, match="--device cuda:2 was given, but torch finds 2 GPUs: name one of them"):
        chosen_device("cuda:2")
    for text in ("tpu", "cuda:", "CPU", "cpu:0 "):
        with pytest.raises(ConfigError, match=f"--device {text} was given, expected cpu or cuda"):
            chosen_device(text)


def test_mechanisms_with_options():
    assert parse_mechanism("dot") == ("dot", {})
    parsed = parse_mechanism("multi_hop:hops=3:score=dot:shared=true")
    assert parsed == ("multi_hop", {"hops": 3, "score": "dot", "shared": True})


@pytest.mark.parametrize("text", ["dot:", "dot:hops", "dot:=3", "dot:a=1:a=2", "dot:a=["])
def test_mechanisms_that_are_none(text):
    with pytest.raises(ConfigError):
        parse_mechanism(text)


def test_known_mechanisms_are_those_installed():
    assert {"mean", "dot", "multi_hop", "independent"} <= set(known_mechanisms())
    assert set(known_mechanisms("core")) <= set(known_mechanisms())
    with pytest.raises(UnknownNameError, match="did you mean 'core'"):
        known_mechanisms("cor")


def test_ratios_refer_to_the_first_mechanism_of_each_size():
    lines = cost_table(["mean", "additive", "independent"], [(7, 17), (2, 3, 19)], TINY, repeats=3)
    assert [(line.name, line.size) for line in lines] == [
        (name, size) for size in [(7, 17), (2, 3, 19)] for name in ["mean", "additive", "independent"]
    ]
    assert all(line.cost is not None and line.reason == "" for line in lines)
    for line, first in zip(lines, [lines[0]] * 3 + [lines[3]] * 3, strict=True):
        assert line.ratio == pytest.approx(line.cost.milliseconds / first.cost.milliseconds)
    assert lines[0].cost.parameters == 0
    assert lines[1].cost.flops > lines[0].cost.flops


def test_what_a_mechanism_cannot_do_is_a_line_with_its_reason():
    grid_only, other = cost_table(["local:kernel_size=3", "mean"], [(7, 17)], TINY, repeats=1)
    assert grid_only.cost is None
    assert "grid" in grid_only.reason
    assert other.ratio == 1.0  # the first that could be measured


def test_an_unknown_name_ends_the_table():
    with pytest.raises(UnknownNameError, match="additive"):
        cost_table(["additve"], [(7, 17)], TINY)


@pytest.mark.parametrize(("text", "words"), [("multi_hop:hop=3", "hops"), ("dot:region_dim=3", "problem")])
def test_a_wrong_option_ends_the_table(text, words):
    with pytest.raises(ConfigError, match=words):
        cost_table(["mean", text], [(7, 17)], TINY, repeats=1)


def test_forward_alone_is_less():
    both = cost_table(["dot"], [(7, 17)], TINY, repeats=1)[0].cost
    forward = cost_table(["dot"], [(7, 17)], Problem(batch=3, query_dim=11, backward=False), repeats=1)[0].cost
    assert forward.flops < both.flops
