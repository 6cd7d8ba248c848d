"""The bench measures what it says, at sizes that a test can afford."""

from __future__ import annotations

from functools import partial

from scanpath_attention_rnn import bench
from scanpath_attention_rnn.bench.layers import layers
from scanpath_attention_rnn.bench.networks import networks


def test_every_group_is_measured(monkeypatch):
    monkeypatch.setattr(bench, "layers", partial(layers, sides=(5, 3, 2, 1)))
    monkeypatch.setattr(bench, "networks", partial(networks, side=32))
    wide, narrow, whole = bench.structure(device="cpu", batch=2, repeats=1)
    assert "t = 32" in wide.title
    assert [one.what for one in wide.lines[1].asked] == ["at least 8x less time", "not more peak memory"]
    assert not any(line.asked for line in narrow.lines)
    assert [line.name for line in whole.lines] == ["SAN", "notCTX", "CTX", "ARNN, t = 16, sweep", "ARNN, t = 32, sweep"]
    assert [one.what for one in whole.lines[3].asked] == ["at most 3x the time"]
