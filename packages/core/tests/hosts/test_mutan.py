"""The host mutan: its parameters counted by hand, and a projection for each glimpse."""

from __future__ import annotations

import functools

import torch

from scanpath.attention import create_attention
from scanpath.hosts import mutan

SIZES = {"answers": 11, "vocabulary_size": 23, "feature_dim": 5, "embedding_dim": 3, "question_dim": 7}
TOKENS = torch.tensor([[3, 1, 4], [1, 5, 0]])


def test_parameters():
    fused = {"name": "mutan", "x_dim": 2, "hidden_query_dim": 3, "output_dim": 13, "rank": 2, "output_dropout": 0.5}
    looks = functools.partial(create_attention, "dot", maps=2, scale=1.0, fused=fused)
    model = mutan(**SIZES, attention=looks, x_dim=17, hidden_query_dim=19, fusion_dim=29, rank=3)
    question = 23 * 3 + 3 * 7 * (3 + 7) + 2 * 3 * 7
    scores = (5 * 2 + 2) + (7 * 3 + 3) + 2 * 13 * (2 + 1) + 2 * 13 * (3 + 1) + 2 * 13
    fusion = 2 * (5 * 17 + 17) + (7 * 19 + 19) + 3 * 29 * (2 * 17 + 1) + 3 * 29 * (19 + 1)
    assert sum(one.numel() for one in model.parameters()) == question + scores + fusion + 29 * 11 + 11
    assert model(torch.randn(2, 2, 3, 5), TOKENS).maps["regions"].shape == (2, 2, 2, 3)


def test_the_papers_sizes_are_the_defaults():
    looks = functools.partial(create_attention, "dot", maps=2, fused="mutan")
    model = mutan(answers=3, vocabulary_size=5, attention=looks, feature_dim=7)
    for fusion, glimpses in ((model.attention.scorer.fusion, 1), (model.fusion, 2)):
        assert (fusion.output_dim, fusion.rank) == (510, 5)
        assert [layer.out_features for layer in fusion.x.projections] == [310] * glimpses
        assert fusion.x.dropout.p == fusion.query.dropout.p == 0.5
    assert model.question.output_dim == 2400
    assert model.question.embedding.embedding_dim == 620


def test_a_context_that_is_not_cut_into_glimpses():
    looks = functools.partial(create_attention, "multi_hop", hops=2)
    assert len(mutan(**SIZES, attention=looks).fusion.x.projections) == 1

    def narrow(**_widths):
        attention = create_attention("mean", region_dim=5)
        attention.context_dim = 7
        return attention

    assert len(mutan(**SIZES, attention=narrow).fusion.x.projections) == 1


def test_features_are_left_as_they_are():
    model = mutan(**SIZES, attention=functools.partial(create_attention, "mean"))
    features = torch.randn(2, 2, 3, 5)
    torch.testing.assert_close(model.image(features), features, rtol=0, atol=0)
