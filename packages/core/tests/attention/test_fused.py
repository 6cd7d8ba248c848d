"""Fused: region and question first fused, then scored; the region itself is pooled."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import ConvScorer, Fused, create_attention, create_scorer
from scanpath.errors import ConfigError, ShapeError
from scanpath.layers import Hadamard
from scanpath.testing import check_attention, check_scorer


def test_contract():
    check_scorer(
        functools.partial(create_scorer, "conv", fused={"name": "hadamard", "output_dim": 11}, maps=2), backend=None
    )


def test_contract_with_a_softmax():
    # the learnt key meets the bias times the question: one number for all regions, which the softmax cancels
    check_attention(
        functools.partial(create_attention, "dot", fused="hadamard"), zero_gradients=["scorer.fusion.x.bias"]
    )


def test_scores_each_fused_region(with_gradient):
    fusion, scorer = Hadamard(input_dim=5, query_dim=7, output_dim=3), ConvScorer(region_dim=3)
    regions, query = torch.randn(2, 11, 5), torch.randn(2, 7)

    def slow(regions, query):
        rows = [torch.stack([fusion(v[None], q[None])[0] for v in vs]) for vs, q in zip(regions, query, strict=True)]
        return scorer(torch.stack(rows))

    torch.testing.assert_close(
        with_gradient(Fused(fusion, scorer), regions, query), with_gradient(slow, regions, query)
    )


def test_needs_a_query():
    fused = create_scorer("conv", region_dim=5, query_dim=7, fused="hadamard")
    with pytest.raises(ShapeError, match="nothing to fuse"):
        fused(torch.randn(2, 3, 5))
    with pytest.raises(ConfigError, match="needs query_dim"):
        create_scorer("conv", region_dim=5, fused="hadamard")
