"""Fusions of vectors and of whole maps of regions."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import create_scorer
from scanpath.errors import ConfigError, ShapeError
from scanpath.layers.fusion import FUSIONS, check_fusion_options, create_fusion
from scanpath.testing import check_scorer


@pytest.mark.parametrize("name", sorted(FUSIONS))
@pytest.mark.parametrize("axes", [(), (11,), (2, 3)])
def test_every_region_is_fused_as_a_vector_is(name, axes):
    options = {"mcb": {"norm": "location", "output_dim": 13}}.get(name, {})
    fusion = create_fusion(name, input_dim=5, query_dim=7, **options).eval()
    x, query = torch.randn(3, *axes, 5), torch.randn(3, 7)
    out = fusion(x, query)
    assert out.shape == (3, *axes, fusion.output_dim)
    last = tuple(size - 1 for size in axes)
    torch.testing.assert_close(out[(2, *last)], fusion(x[(2, *last)][None], query[2:])[0])


@pytest.mark.parametrize("name", ["mlb", "mutan"])
def test_the_score_of_a_fused_map_keeps_the_contract(name):
    check_scorer(functools.partial(create_scorer, "conv", maps=2, hidden_dim=3, fused={"name": name, "output_dim": 5}))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("hadamar", {}, "'hadamard'"),
        ("concat", {"output_dim": 3}, "no option"),
        ("add", {"outputdim": 3}, "'output_dim'"),
    ],
)
def test_mistakes_are_told(name, options, words):
    with pytest.raises(ConfigError, match=words):
        create_fusion(name, input_dim=5, query_dim=7, **options)


@pytest.mark.parametrize("name", sorted(set(FUSIONS) - {"context"}))
def test_shapes_raise(name):
    fusion = create_fusion(name, input_dim=5, query_dim=5)
    with pytest.raises(ShapeError, match="expected"):
        fusion(torch.randn(3, 5), torch.randn(2, 5))


@pytest.mark.parametrize("name", ["add", "hadamard", "concat"])
@pytest.mark.parametrize(("x", "query"), [((3, 1), (3, 5)), ((3, 2, 5), (3, 1))])
def test_a_side_of_one_number_is_not_spread_over_all(name, x, query):
    with pytest.raises(ShapeError, match="expected 5 and 5"):
        create_fusion(name, input_dim=5, query_dim=5)(torch.randn(x), torch.randn(query))


def test_options_are_checked_without_building():
    check_fusion_options("add", {"output_dim": 3})
    with pytest.raises(ConfigError, match="did you mean 'output_dim'"):
        check_fusion_options("hadamard", {"output_dm": 3})
    with pytest.raises(ConfigError, match="'concat'"):
        check_fusion_options("concta", {})
