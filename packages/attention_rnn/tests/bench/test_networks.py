"""The networks differ in where and how they look alone."""

from __future__ import annotations

from scanpath_attention_rnn.bench.networks import networks


def test_structure_has_parameters_of_its_own():
    group = networks(device="cpu", batch=2, repeats=1, side=32)
    sizes = {line.name: line.cost.parameters for line in group.lines}
    assert sizes["SAN"] < sizes["notCTX"] < sizes["CTX"] < sizes["ARNN, t = 32, sweep"]
    assert sizes["ARNN, t = 16, sweep"] < sizes["ARNN, t = 32, sweep"]
