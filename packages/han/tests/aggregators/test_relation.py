"""The relation network: equal to the plain one, to itself in runs and recomputed, and its readings."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath_han import RelationNetwork
from scanpath_han.reference import PlainRelationNetwork
from scanpath_han.selection import pack, pick

JOINT = torch.randn(3, 6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
QUERY = torch.randn(3, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
KEPT = torch.arange(6) < torch.tensor([[6], [2], [3]])


def relation(**options):
    torch.manual_seed(0)
    return RelationNetwork(input_dim=5, **{"query_dim": 7, "hidden_dim": 11, **options}).double().eval()


def selections():
    """One fixed, one packed."""
    positions = torch.tensor([[0, 1, 4], [2, 3, 5], [0, 2, 4]])
    presence = torch.rand(3, 2, 3)
    return {"fixed": pick(JOINT, positions, None, presence), "packed": pack(JOINT, KEPT, presence)}


@pytest.mark.parametrize("coordinates", [False, True])
def test_all_cells_equal_the_plain_network(copy_to_plain, coordinates):
    network = relation(coordinates=coordinates)
    plain = PlainRelationNetwork(object_dim=network.left.in_features, query_dim=7, hidden_dim=11).double()
    copy_to_plain(network, plain)
    everything = torch.arange(6).expand(3, -1)
    selection = pick(JOINT, everything, None, torch.rand(3, 2, 3))
    objects = JOINT
    if coordinates:
        objects = torch.cat([JOINT, selection.coordinates().double().view(3, 6, 2)], 2)
    torch.testing.assert_close(network(selection, QUERY), network.f(plain(objects, QUERY)), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("form", ["fixed", "packed"])
@pytest.mark.parametrize("options", [{"recompute": True}, {"at_once": 4}, {"at_once": 4, "recompute": True}], ids=str)
def test_runs_and_recomputing_change_nothing(monkeypatch, form, options):
    options = dict(options)
    at_once = options.pop("at_once", 4096)
    selection = selections()[form]
    results = []
    for one in ({}, options):
        if one is options:
            monkeypatch.setattr("scanpath_han.aggregators.relation.PAIRS_AT_ONCE", {"cpu": at_once})
        network = relation(**one)
        cells = selection.cells.clone().requires_grad_()
        context = network(selection._replace(cells=cells), QUERY)
        leaves = [cells, *network.parameters()]
        results.append((context, *torch.autograd.grad(context.square().sum(), leaves)))
    torch.testing.assert_close(*results)


def test_recomputing_keeps_no_activation_of_a_pair():
    """The largest tensor that the backward pass holds on to has a row a cell, not a row a pair."""
    selection = selections()["packed"]
    largest = {}
    for recompute in (False, True):
        kept = []
        with torch.autograd.graph.saved_tensors_hooks(
            lambda one, kept=kept: kept.append(one.numel()) or one, lambda one: one
        ):
            relation(recompute=recompute)(selection._replace(cells=selection.cells.requires_grad_()), QUERY)
        largest[recompute] = max(kept)
    assert largest[False] >= 49 * 11  # 36 + 4 + 9 pairs
    assert largest[True] <= 11 * 11  # a weight


def test_a_question_that_is_missing_is_asked_for():
    with pytest.raises(ShapeError, match="RelationNetwork was built with query_dim=7 and got no query: pass one"):
        relation()(selections()["packed"])


def test_without_a_question_the_query_is_not_read():
    network, selection = relation(question=False), selections()["packed"]
    assert torch.equal(network(selection, QUERY), network(selection, -QUERY))
    assert not torch.equal(relation()(selection, QUERY), relation()(selection, -QUERY))


def test_the_first_layers_parts_are_drawn_as_one_layer():
    network = RelationNetwork(input_dim=30, query_dim=36, hidden_dim=503)
    for part in (network.left.weight, network.right.weight, network.query.linear.weight):
        assert part.abs().max().item() == pytest.approx(0.1 * 3**0.5, rel=0.02)  # sqrt(3 / (2 * (30 + 2) + 36))
    assert network.query.linear.bias.eq(0).all()


@pytest.mark.parametrize("form", ["fixed", "packed"])
def test_a_factor_multiplies_the_sum_over_pairs(form):
    seen = []
    for factor in (1.0, 0.25):
        network = relation(factor=factor)
        network.f.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
        network(selections()[form], QUERY)
    torch.testing.assert_close(seen[1], seen[0] / 4)


def test_sizes_and_mistakes():
    network = RelationNetwork(input_dim=24, query_dim=128)
    assert (network.context_dim, len(network.g), network.left.in_features) == (256, 3, 26)
    assert network.f[-1].p == 0.5
    with pytest.raises(ConfigError, match="RelationNetwork got layers=0"):
        RelationNetwork(input_dim=5, layers=0)
    with pytest.raises(ConfigError, match="RelationNetwork got factor=0"):
        RelationNetwork(input_dim=5, factor=0)
    with pytest.raises(ConfigError, match=r"dropout=1.0, expected a number in \[0, 1\)"):
        RelationNetwork(input_dim=5, dropout=1.0)


def test_nothing_at_all_is_a_zero_sum():
    network = relation()
    selection = pack(JOINT, torch.zeros(3, 6, dtype=torch.bool), torch.rand(3, 6))
    torch.testing.assert_close(network(selection, QUERY), network.f(torch.zeros(3, 11, dtype=torch.float64)))
