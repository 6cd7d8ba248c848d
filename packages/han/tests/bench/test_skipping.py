"""All groups of the bench, in the order in which they are printed."""

from __future__ import annotations

import dataclasses

from scanpath_han import bench


def test_all_groups_come_at_the_sizes_asked_for(monkeypatch, small):
    monkeypatch.setattr(bench, "Sizes", lambda **options: dataclasses.replace(small, **options))
    groups = list(bench.skipping(device="cpu", batch=3, repeats=2))
    assert [group.title.split(",")[0] for group in groups] == [
        "relation network",
        "pairwise operator with its projections of 32",
        "pairwise operator",
        "whole mechanisms with relation",
        "whole mechanisms with pairwise",
        "whole mechanisms with sum",
        "sum of adaptive selections",
        "pairwise of adaptive selections",
        "pairwise of adaptive selections",
        "relation of adaptive selections",
    ]
    assert [group.title.endswith("batch 3") for group in groups].count(True) == 9  # one is of four times as many
    assert {len(line.cost.times) for group in groups for line in group.lines} == {2}
