"""The host mcb: its parameters counted by hand, its equations, its first weights."""

from __future__ import annotations

import functools

import pytest
import torch

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


def test_without_attention_it_is_mcb_of_the_pooled_vector():
    model = mcb(**SIZES, fusion_dim=13, attention=functools.partial(create_attention, "mean")).eval()
    features = torch.randn(2, 2, 3, 5)
    pooled = torch.nn.functional.normalize(features.mean((1, 2)), dim=-1)  # the paper's order: pool, then normalise
    expected = model.classifier(model.fusion(pooled, model.question(TOKENS).vector))
    torch.testing.assert_close(model(features, TOKENS).logits, expected, rtol=1e-4, atol=1e-5)


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
