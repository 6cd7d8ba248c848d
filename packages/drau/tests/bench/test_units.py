"""The bench is its groups, each measured as it was asked for."""

from __future__ import annotations

from scanpath_drau import bench


def test_every_group_is_measured_as_asked(monkeypatch):
    monkeypatch.setattr(bench, "recurrence", lambda width, **given: ("recurrence", width, given))
    monkeypatch.setattr(bench, "step", lambda **given: ("step", given))
    asked = {"device": "meta", "batch": 2, "repeats": 1}
    assert list(bench.units(**asked)) == [("recurrence", 512, asked), ("recurrence", 2048, asked), ("step", asked)]
