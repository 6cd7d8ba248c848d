"""What skipping saves, by the two counters that say the same on every machine; and the command at small sizes."""

from __future__ import annotations

import json

import pytest
import torch

from scanpath_han import bench

SMALL = bench.Sizes(batch=2, grid=(2, 4), wide_dim=32, repeats=1)


@pytest.fixture(scope="module")
def relation():
    """The costs of the relation network on its own sizes, of two samples."""
    return bench.relation_costs(bench.Sizes(batch=2, repeats=1))


def test_a_quarter_of_the_cells_costs_a_sixteenth(relation):
    plain, kept = relation["plain, all pairs built"], relation["HAN, 25 % of the cells"]
    assert plain.flops >= 16 * kept.flops
    assert plain.peak_bytes >= 12 * kept.peak_bytes


def test_factored_it_costs_less_than_plain_and_recomputed_half_the_memory(relation):
    plain, ours = relation["plain, all pairs built"], relation["ours, all cells"]
    assert plain.flops >= 1.2 * ours.flops
    assert plain.peak_bytes > ours.peak_bytes
    assert plain.peak_bytes >= 2 * relation["ours, all cells, recomputed"].peak_bytes


def test_the_plain_network_says_the_same():
    network = bench.RelationNetwork(input_dim=24, query_dim=128).eval()
    selection, query = bench.fixed(SMALL, 24, 1.0), SMALL.draw(2, 128)
    plain = bench._Plain(network, SMALL)
    linear = plain.related.g[::2]
    with torch.no_grad():
        parts = (network.left.weight, network.right.weight, network.query.linear.weight)
        linear[0].weight.copy_(torch.cat(parts, 1))
        linear[0].bias.copy_(network.query.linear.bias)
    for own, other in zip(network.g, linear[1:], strict=True):
        other.load_state_dict(own.state_dict())
    torch.testing.assert_close(plain(selection, query), network(selection, query), rtol=1e-4, atol=1e-4)


def test_pairs_cost_what_they_are():
    operator, pairs = bench.pairwise_costs(SMALL)
    by_part = [cost.flops for cost in pairs.values()]
    assert by_part == [16 * by_part[2], 4 * by_part[2], by_part[2]]
    projections = [cost.flops - inner for cost, inner in zip(operator.values(), by_part, strict=True)]
    assert projections == [4 * projections[2], 2 * projections[2], projections[2]]


def test_no_two_draws_are_alike():
    sizes = bench.Sizes(batch=2)
    assert not torch.equal(sizes.draw(3, 5), sizes.draw(3, 5))
    assert torch.equal(sizes.presence, sizes.presence)


@pytest.mark.parametrize(
    ("flops", "work", "off", "verdict"),
    [(50, 0.5, 0.0, "follows its work"), (40, 0.4, 0.25, "not within 20%"), (0, 0.25, 1.0, "not within 20%")],
)
def test_the_time_beside_the_work_by_hand(flops, work, off, verdict):
    """Ratios are taken round by round: the second round was ten times as slow for both."""
    cost = {"milliseconds": 0.0, "spread": (0.0, 0.0), "peak_bytes": 1, "parameters": 0, "resident_bytes": None}
    full = bench.Cost(**cost, times=(10.0, 100.0, 10.0), flops=100 if flops else 0)
    part = bench.Cost(**cost, times=(4.0, 50.0, 6.0), flops=flops)
    found = bench.beside("sum", 32, 0.25, part, full)
    assert (found.work, found.time, found.spread) == (work, 0.5, pytest.approx((0.45, 0.55)))
    assert (found.off, found.verdict) == (pytest.approx(off), verdict)


def test_work_is_cells_of_a_sum_and_pairs_of_pairs(monkeypatch):
    monkeypatch.setattr(bench, "FRACTIONS", (1.0, 0.25))
    monkeypatch.setattr(bench, "TIMES_THE_BATCH", {"sum": (1,), "relation": (1,), "pairwise": (1,)})
    sizes = bench.Sizes(batch=2, wide_dim=32, repeats=1)
    counts = bench.adaptive(bench.replace(sizes), 3, 0.25).counts
    found = {one.aggregator: one for one in bench.adaptive_costs(sizes) if one.kept < 1}
    assert found["sum"].work == found["sum"].kept
    pairs = sum(count**2 for count in counts) / (2 * 64**2)
    assert found["relation"].work == pytest.approx(pairs, rel=0.1)
    assert pairs < found["pairwise"].work < found["pairwise"].kept  # its projections are linear


@pytest.mark.parametrize("fraction", bench.FRACTIONS)
def test_adaptive_selections_keep_what_they_are_asked_for(fraction):
    selection = bench.adaptive(bench.Sizes(batch=11), 3, fraction)
    assert len(selection.cells) == pytest.approx(fraction * 11 * 64, abs=11)
    assert fraction == 1 or len(set(selection.counts)) > 1
    assert selection.cells.is_leaf


def test_the_command(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bench, "Sizes", lambda **options: bench.replace(SMALL, **options))
    bench.main(batch=3, repeats=1, device="cpu", json_out=tmp_path / "cost.json")
    said = capsys.readouterr().out
    assert "HAN, 25 % of the cells" in said
    assert said.count("follows its work") + said.count("not within") == 20
    assert "whole, plain behind it" in said
    written = json.loads((tmp_path / "cost.json").read_text())
    assert written["setting"]["batch"] == 3
    assert written["hardware"]["versions"]["torch"] == torch.__version__.split("+")[0]
    assert {one["aggregator"] for one in written["adaptive"]} == {"sum", "pairwise", "relation"}
