"""The host kazemi: its parameters counted by hand, and its equations written out."""

from __future__ import annotations

import functools

import torch
from torch import nn

from scanpath.attention import create_attention
from scanpath.hosts import kazemi

SIZES = {"answers": 11, "vocabulary_size": 23, "feature_dim": 5, "embedding_dim": 3, "question_dim": 7}
LOOKS = functools.partial(create_attention, "conv", maps=2, hidden_dim=2)


def test_parameters():
    model = kazemi(**SIZES, hidden_dim=19, attention=LOOKS)
    question = 23 * 3 + 4 * 7 * (3 + 7) + 2 * 4 * 7
    scores = 5 * 2 + (7 * 2 + 2) + 2 * 2
    classifier = (2 * 5 + 7) * 19 + 19 + 19 * 11 + 11
    assert sum(one.numel() for one in model.parameters()) == question + scores + classifier


def test_the_papers_sizes_are_the_defaults():
    model = kazemi(answers=3, vocabulary_size=5, feature_dim=7, attention=LOOKS)
    assert model.fusion.output_dim == 2 * 7 + 1024
    assert model.classifier.layers[1].out_features == 1024
    assert model.question.embedding.embedding_dim == 300
    assert {one.p for one in model.classifier.modules() if isinstance(one, nn.Dropout)} == {0.5}


def test_its_equations():
    model = kazemi(**SIZES, hidden_dim=19, attention=LOOKS).eval()
    features, words = torch.randn(1, 2, 3, 5), torch.tensor([[3, 1, 4, 0]])
    lstm = nn.LSTM(3, 7, batch_first=True)
    lstm.load_state_dict(model.question.layers[0].forwards.state_dict())
    cell = lstm(model.question.embedding.weight[[3, 1, 4]].tanh()[None])[1][1][0, 0]  # (7,)
    regions = [region / region.square().sum().sqrt() for region in features[0].flatten(0, 1)]
    scorer = model.attention.scorer
    hidden = [torch.relu(scorer.regions.weight @ region + scorer.query.linear(cell)) for region in regions]
    weights = torch.stack([scorer.scores.weight @ one for one in hidden]).softmax(0)  # (6, 2)
    seen = [sum(weights[i, glimpse] * regions[i] for i in range(6)) for glimpse in range(2)]
    first, second = (layer for layer in model.classifier.layers if isinstance(layer, nn.Linear))
    expected = second(torch.relu(first(torch.cat([*seen, cell]))))
    torch.testing.assert_close(model(features, words).logits[0], expected)
