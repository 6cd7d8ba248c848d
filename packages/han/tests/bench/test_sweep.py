"""Time beside work, both of those on all cells."""

from __future__ import annotations

import pytest

from scanpath.bench.cost import Cost
from scanpath_han.bench import sweep
from scanpath_han.bench.drawing import Sizes, adaptive


@pytest.mark.parametrize(
    ("flops", "work", "found", "met"), [(50, 0.5, 1.0, True), (40, 0.4, 1.25, False), (0, 0.25, 2.0, False)]
)
def test_the_time_by_the_work_by_hand(flops, work, found, met):
    """Ratios are taken round by round: the second round was ten times as slow for both."""
    rest = {"milliseconds": 0.0, "spread": (0.0, 0.0), "peak_bytes": 1, "parameters": 0, "resident_bytes": None}
    full = Cost(**rest, times=(10.0, 100.0, 10.0), flops=100 if flops else 0)
    line = sweep.beside(0.25, Cost(**rest, times=(4.0, 50.0, 6.0), flops=flops), full)
    assert line.name == f"25.0% of the cells, {work:.1%} of the work"
    assert [(one.found, one.met) for one in line.asked] == [(pytest.approx(found), met)]
    assert sweep.beside(1.0, full, full).asked == ()


def test_work_is_cells_of_a_sum_and_pairs_of_pairs(monkeypatch):
    monkeypatch.setattr(sweep, "FRACTIONS", (1.0, 0.25))
    sizes = Sizes(batch=2, wide_dim=32, repeats=1)
    counts = adaptive(sizes, 3, 0.25).counts
    kept = sum(counts) / (2 * 64)
    pairs = sum(count**2 for count in counts) / (2 * 64**2)
    work = {}
    for name in ("sum", "relation", "pairwise"):
        line = sweep.swept(name, sizes).lines[1]
        assert line.name.startswith(f"{kept:.1%} of the cells")
        work[name] = float(line.name.split(", ")[1].split("%")[0]) / 100
    assert work["sum"] == pytest.approx(kept, abs=5e-4)
    assert work["relation"] == pytest.approx(pairs, rel=0.1)
    assert pairs < work["pairwise"] < kept  # its projections are linear


def test_every_part_but_the_whole_is_judged(small):
    groups = list(sweep.adaptive_selections(small))
    assert [group.title.split()[0] for group in groups] == ["sum", "pairwise", "pairwise", "relation"]
    assert [group.title.split()[-1] for group in groups] == ["2", "2", "8", "2"]
    assert [len(line.asked) for group in groups for line in group.lines] == [0, 1, 1, 1, 1] * 4
