"""The bench is its groups, each measured as it was asked for."""

from __future__ import annotations

import pytest

from scanpath_drau import bench


@pytest.mark.parametrize(("device", "more"), [("cpu", []), ("cuda", ["overlapping"])])
def test_every_group_is_measured_as_asked(monkeypatch, device, more):
    monkeypatch.setattr(bench, "recurrence", lambda width, **given: ("recurrence", width, given))
    for name in ("step", "overlapping"):
        monkeypatch.setattr(bench, name, lambda name=name, **given: (name, given))
    asked = {"device": device, "batch": 2, "repeats": 1}
    assert list(bench.units(**asked)) == [
        ("recurrence", 512, asked), ("recurrence", 2048, asked), ("step", asked), *((name, asked) for name in more)
    ]  # fmt: skip
