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
    assert next(cost.flops for cost in operator.values()) > 4 * by_part[2]


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
    assert said.count("of the cells: work") == 15
    written = json.loads((tmp_path / "cost.json").read_text())
    assert written["setting"]["batch"] == 3
    assert written["hardware"]["versions"]["torch"] == torch.__version__.split("+")[0]
    assert {one["aggregator"] for one in written["adaptive"]} == {"sum", "pairwise", "relation"}
    for one in written["adaptive"]:
        assert one["off"] == pytest.approx(one["time"] / one["work"] - 1)
