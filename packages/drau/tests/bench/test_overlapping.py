"""Both ways are the same units, of which one is asked to overlap."""

from __future__ import annotations

import sys

from scanpath_drau.bench.overlapping import overlapping


def test_both_ways_are_measured(monkeypatch):
    calls = {}
    home = sys.modules[overlapping.__module__]
    plain = home.measured

    def seen(title, given, **asked):
        calls.update(given)
        return plain(title, given, **asked)

    monkeypatch.setattr(home, "measured", seen)
    group = overlapping(device="cpu", batch=2, repeats=1, side=2, width=6, words=3)
    assert [line.name for line in group.lines] == ["one unit after the other", "both at once"] == [*calls]
    assert [module.overlap for module, _ in calls.values()] == [False, True]
    assert len({line.cost.parameters for line in group.lines}) == 1
