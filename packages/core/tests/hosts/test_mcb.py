"""The host mcb: its parameters counted by hand, its equations, its first weights."""

from __future__ import annotations

import functools
import itertools

import pytest
import torch
from torch import nn

from scanpath.attention import create_attention
from scanpath.errors import ConfigError
from scanpath.hosts import mcb

SIZES = {"answers": 11, "vocabulary_size": 23, "feature_dim": 5, "embedding_dim": 3, "question_dim": 14}
TOKENS = torch.tensor([[3, 1, 4], [1, 5, 0]])


def test_parameters():
    fused = {"name": "mcb", "output_dim": 17}
    looks = functools.partial(create_attention, "conv", maps=2, hidden_dim=3, fused=fused)
    model = mcb(**SIZES, fusion_dim=13, attention=looks)
    words = 23 * 3
    recurrent = (4 * 7 * (3 + 7) + 2 * 4 * 7) + (4 * 7 * (7 + 7) + 2 * 4 * 7)
    scores = 17 * 3 + 3 + 3 * 2
    assert sum(one.numel() for one in model.parameters()) == words + recurrent + scores + 13 * 11 + 11
    assert model.fusion.x_buckets.shape == (2 * 5,)  # two glimpses
    assert model(torch.randn(2, 2, 3, 5), TOKENS).maps["regions"].shape == (2, 2, 2, 3)


def test_the_papers_sizes_are_the_defaults():
    model = mcb(answers=3, vocabulary_size=5, attention=functools.partial(create_attention, "mean"), feature_dim=7)
    assert (model.fusion.output_dim, model.question.output_dim) == (16_000, 2048)
    assert model.question.embedding.embedding_dim == 300
    assert [layer.forwards.hidden_size for layer in model.question.layers] == [1024, 1024]
    assert model.fusion.dropout.p == 0.1
    assert (model.question.dropout.p, model.question.embedding_dropout.p) == (0.3, 0.0)


def test_without_attention_it_is_mcb_of_the_pooled_vector(monkeypatch):
    """The same up to a factor, which the norm takes out but for what is added under the roots: here nothing."""
    monkeypatch.setattr("scanpath.layers.fusions.sketching.NORM_EPS", 0.0)
    monkeypatch.setattr("scanpath.layers.fusions.sketching.ROOT_EPS", 0.0)
    model = mcb(**SIZES, fusion_dim=13, attention=functools.partial(create_attention, "mean")).eval().double()
    features = torch.randn(2, 2, 3, 5).double()
    pooled = torch.nn.functional.normalize(features.mean((1, 2)), dim=-1)  # the paper's order: pool, then normalise
    expected = model.classifier(model.fusion(pooled, model.question(TOKENS).vector))
    torch.testing.assert_close(model(features, TOKENS).logits, expected, rtol=1e-4, atol=1e-5)


def test_its_equations():
    fused = {"name": "mcb", "output_dim": 17}
    looks = functools.partial(create_attention, "conv", maps=2, hidden_dim=3, fused=fused)
    model = mcb(**SIZES, fusion_dim=13, attention=looks).eval().double()  # a root at 0 makes much of little
    features, words = torch.randn(1, 2, 3, 5).double(), torch.tensor([[3, 1, 4, 0]])
    states = model.question.embedding.weight[[3, 1, 4]].tanh()[None]  # (1, 3, 3)
    last = []
    for layer, width in zip(model.question.layers, (3, 7), strict=True):
        lstm = nn.LSTM(width, 7, batch_first=True).double()
        lstm.load_state_dict(layer.forwards.state_dict())
        states = lstm(states)[0]
        last.append(states[0, -1])
    question = torch.cat(last)  # (14,)
    regions = (features / features.square().sum().sqrt())[0].flatten(0, 1)  # (6, 5)
    scorer = model.attention.scorer
    joined = rooted(torch.stack([sketched_product(scorer.fusion, one, question) for one in regions]))  # (6, 17)
    hidden = torch.relu(joined @ scorer.scorer.regions.weight.T + scorer.scorer.query.learnt)  # the layer and its bias
    weights = (hidden @ scorer.scorer.scores.weight.T).softmax(0)  # (6, 2)
    seen = torch.cat([sum(weights[i, glimpse] * regions[i] for i in range(6)) for glimpse in range(2)])  # (10,)
    answer = rooted(sketched_product(model.fusion, seen, question))
    (linear,) = (layer for layer in model.classifier.modules() if isinstance(layer, nn.Linear))
    out = model(features, words)
    torch.testing.assert_close(out.logits[0], linear.weight @ answer + linear.bias, rtol=0, atol=1e-6)
    torch.testing.assert_close(out.maps["regions"][0].flatten(1), weights.T, rtol=0, atol=1e-6, check_dtype=False)


def sketched_product(fusion, x, query):
    """Throw every product x_i q_j into its bucket: the count sketch of the outer product, by its definition."""
    phi = torch.zeros(fusion.output_dim).double()
    for i, j in itertools.product(range(len(x)), range(len(query))):
        bucket = (fusion.x_buckets[i] + fusion.query_buckets[j]) % fusion.output_dim
        phi[bucket] += fusion.x_signs[i] * x[i] * fusion.query_signs[j] * query[j]
    return phi


def rooted(phi):
    """Take the signed root, then divide by the length of all of a sample's numbers together."""
    root = phi.sign() * (phi.abs() + 1e-12).sqrt()
    return root / (root.square().sum() + 1e-7).sqrt()


def test_first_weights():
    model = mcb(**SIZES, fusion_dim=13, attention=functools.partial(create_attention, "mean"))
    drawn = [model.question.embedding.weight, *model.question.layers.parameters()]
    assert all(one.abs().max() <= 0.08 for one in drawn)
    assert all((one == 0).all() for name, one in model.question.layers.named_parameters() if "bias" in name)
    assert (model.question.embedding.weight[0] == 0).all()
    (linear,) = (layer for layer in model.classifier.modules() if isinstance(layer, torch.nn.Linear))
    assert (linear.bias == 0).all()
    assert linear.weight.abs().max() <= (6 / (13 + 11)) ** 0.5


def test_an_odd_question():
    with pytest.raises(ConfigError, match="even"):
        mcb(answers=3, vocabulary_size=5, question_dim=7)
