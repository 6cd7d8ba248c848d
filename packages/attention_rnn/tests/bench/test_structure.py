"""The bench is its groups, each measured as it was asked for."""

from __future__ import annotations

from scanpath_attention_rnn import bench


def test_every_group_is_measured_as_asked(monkeypatch):
    monkeypatch.setattr(bench, "layers", lambda hidden, **given: ("layers", hidden, given))
    monkeypatch.setattr(bench, "networks", lambda **given: ("networks", given))
    monkeypatch.setattr(bench, "classifiers", lambda **given: ("classifiers", given))
    monkeypatch.setattr(bench, "questions", lambda **given: [("stored", given), ("drawn", given)])
    monkeypatch.setattr(bench, "edits", lambda **given: [("small", given), ("published", given)])
    asked = {"device": "meta", "batch": 2, "repeats": 1}
    assert list(bench.structure(**asked)) == [
        ("layers", 32, asked),
        ("layers", 16, asked),
        ("networks", asked),
        ("classifiers", asked),
        ("stored", asked),
        ("drawn", asked),
        ("small", asked),
        ("published", asked),
    ]
