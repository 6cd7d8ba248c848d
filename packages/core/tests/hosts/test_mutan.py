"""The host mutan: its parameters counted by hand, and a projection for each glimpse."""

from __future__ import annotations

import functools

import pytest
import torch
from torch import nn

from scanpath.attention import DotScorer, SoftAttention, create_attention, create_co_attention
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


TWO_MAPS = {"name": "dot", "maps": 2}


@pytest.mark.parametrize(
    ("name", "options", "parts"),
    [
        ("dot", {"maps": 2}, [5, 5]),
        ("bilstm", {"attention": TWO_MAPS}, [6, 6]),  # regions of 2 x 3 after it
        ("self_attention", {"heads": 1, "attention": {"name": "multi_hop", "hidden_dim": 10}}, [10]),
        ("layerwise", {"layers": [4, 7], "scorer": TWO_MAPS}, [5, 5]),
        ("multi_hop", {"hops": 2, "hidden_dim": 10}, [10]),  # the sum of the hops, as wide as two regions
        ("transformer", {"heads": 2, "hidden_dim": 10}, [10]),
        ("sum", {"hidden_dim": 10}, [10]),
    ],
)
def test_a_projection_for_each_glimpse_and_for_nothing_else(name, options, parts):
    model = mutan(**SIZES, attention=functools.partial(create_attention, name, **options))
    assert [layer.in_features for layer in model.fusion.x.projections] == parts
    model(torch.randn(2, 11, 5), TOKENS).logits.sum().backward()


def test_a_projected_context_is_one_vector():
    def looks(*, region_dim, query_dim):
        scorer = DotScorer(region_dim=region_dim, query_dim=query_dim, maps=2)
        return SoftAttention(scorer, region_dim=region_dim, project=nn.Linear(10, 20), context_dim=20)

    assert [layer.in_features for layer in mutan(**SIZES, attention=looks).fusion.x.projections] == [20]


def test_the_glimpses_of_a_co_attention_are_the_regions():
    both = functools.partial(create_co_attention, "independent", regions=TWO_MAPS, tokens="additive")
    model = mutan(**SIZES, co_attention=both)
    assert [layer.in_features for layer in model.fusion.x.projections] == [5, 5]
    hops = functools.partial(create_co_attention, "joint_conditioning", hidden_dim=10)
    assert [layer.in_features for layer in mutan(**SIZES, co_attention=hops).fusion.x.projections] == [10]


def squashed(layer, x):
    return torch.tanh(layer.weight @ x + layer.bias)


def tucker(fusion, seen, asked):
    """Sum R products of a row of branches each, element by element, as the authors' loop does."""
    width, joined = fusion.output_dim, torch.zeros(fusion.output_dim)
    for rank in range(fusion.rank):
        rows = slice(rank * width, (rank + 1) * width)
        of_x = fusion.x_branches.weight[rows] @ seen + fusion.x_branches.bias[rows]
        joined += of_x * (fusion.query_branches.weight[rows] @ asked + fusion.query_branches.bias[rows])
    return joined


def test_its_equations():
    fused = {"name": "mutan", "x_dim": 2, "hidden_query_dim": 3, "output_dim": 13, "rank": 2}
    looks = functools.partial(create_attention, "dot", maps=2, scale=1.0, fused=fused)
    model = mutan(**SIZES, attention=looks, x_dim=17, hidden_query_dim=19, fusion_dim=29, rank=3).eval()
    features, words = torch.randn(1, 2, 3, 5), torch.tensor([[3, 1, 4, 0]])
    gru = nn.GRU(3, 7, batch_first=True)
    gru.load_state_dict(model.question.layers[0].forwards.state_dict())
    question = gru(model.question.embedding.weight[[3, 1, 4]][None])[1][0, 0]  # (7,)
    regions = features[0].flatten(0, 1)  # (6, 5)
    scorer = model.attention.scorer
    asked = squashed(scorer.fusion.query.projections[0], question)
    joined = [tucker(scorer.fusion, squashed(scorer.fusion.x.projections[0], one), asked) for one in regions]
    to_scores = scorer.scorer.query.learnt.view(2, 13)  # without a question: a linear map, a row for each glimpse
    weights = torch.stack([to_scores @ one for one in joined]).softmax(0)  # (6, 2)
    glimpses = [sum(weights[i, glimpse] * regions[i] for i in range(6)) for glimpse in range(2)]
    seen = [squashed(layer, one) for layer, one in zip(model.fusion.x.projections, glimpses, strict=True)]
    answer = tucker(model.fusion, torch.cat(seen), squashed(model.fusion.query.projections[0], question))
    (linear,) = (layer for layer in model.classifier.modules() if isinstance(layer, nn.Linear))
    out = model(features, words)
    torch.testing.assert_close(out.logits[0], linear.weight @ answer + linear.bias)
    torch.testing.assert_close(out.maps["regions"][0].flatten(1), weights.T)


def test_features_are_left_as_they_are():
    model = mutan(**SIZES, attention=functools.partial(create_attention, "mean"))
    features = torch.randn(2, 2, 3, 5)
    torch.testing.assert_close(model.image(features), features, rtol=0, atol=0)
