"""Memory grows by a layer at a time, and is given back by recomputing."""

from __future__ import annotations

from scanpath_sla.bench import stacking
from scanpath_sla.bench.whole import whole


def test_memory_follows_the_layers():
    narrow = {"embedding_dim": 7, "question_dim": 12, "hidden_dim": 5}
    group = whole(device="cpu", batch=8, repeats=1, hidden=32, width=16, side=23, **narrow)
    one, two, three, again = (line.cost.peak_bytes for line in group.lines)
    assert one < two < three
    assert again < three
    assert group.title.endswith("batch 8")


def test_the_bench_gives_its_groups_as_they_are_done(monkeypatch):
    asked = []
    for name in ("layers", "streams", "whole"):
        monkeypatch.setattr(f"scanpath_sla.bench.{name}", lambda name=name, **given: asked.append((name, given)))
    assert len(list(stacking(device="cpu", batch=800, repeats=3))) == 3
    assert [name for name, _ in asked] == ["layers", "streams", "whole"]
    assert {given["batch"] for _, given in asked} == {16}
    list(stacking(device="cuda", batch=800, repeats=3))
    assert asked[-1][1]["batch"] == 800
