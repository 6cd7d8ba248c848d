"""The network: its parameters counted by hand, its equations written out, the paper's sizes, first weights."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import nn

from scanpath import create_attention, create_co_attention
from scanpath.errors import ConfigError
from scanpath.hosts import build_host
from scanpath_drau.hosts import drau

SIZES = {"answers": 11, "vocabulary_size": 23, "feature_dim": 5, "embedding_dim": 3, "question_dim": 14}
UNITS = partial(create_co_attention, "dual_recurrent", joint_dim=7, hidden_dim=13, context_dim=17)


def test_parameters():
    model = drau(**SIZES, co_attention=UNITS)
    question = 23 * 3 + 4 * 7 * (3 + 7) + 2 * 4 * 7 + 4 * 7 * (7 + 7) + 2 * 4 * 7
    meeting = 5 * 7 + 7 + 1 + 14 * 7 + 7 + 1
    scores = (2 + 1 + 1) + (4 * 13 * (7 + 13) + 2 * 4 * 13) + (13 * 2 + 2)
    units = 2 * scores + (2 * 5 * 17 + 17 + 1) + (2 * 14 * 17 + 17 + 1)
    assert sum(one.numel() for one in model.parameters()) == question + meeting + units + 17 * 11 + 11


def test_the_papers_sizes_are_the_defaults():
    with torch.device("meta"):
        units = partial(create_co_attention, "dual_recurrent", exchange="tied", positions=(196, 15))
        question_alone = drau(answers=3000, vocabulary_size=5)
        model = units(region_dim=2048, token_dim=2048, query_dim=2048)
    assert question_alone.question.embedding.embedding_dim == 300
    assert question_alone.question.output_dim == 2048
    assert model.rvau.scores.recurrence.hidden_size == model.rtau.scores.recurrence.hidden_size == 2048
    assert model.rvau.scores.recurrence.input_size == 1024
    assert model.context_dims == (2048, 2048)


def test_its_equations_with_a_product():
    torch.manual_seed(3)
    model = drau(**SIZES, co_attention=UNITS).eval()
    features, words = torch.randn(2, 2, 3, 5), torch.tensor([[3, 1, 4, 0], [9, 2, 6, 5]])
    question = model.question(words)
    norm = features.flatten(1).square().sum(1).sqrt().view(2, 1, 1, 1)
    seen = model.co_attention(features / norm, question.states, question.vector, None, question.mask)
    product = seen.tokens.context * seen.regions.context
    linear = model.classifier.layers[1]
    found = model(features, words)
    torch.testing.assert_close(found.logits, product @ linear.weight.t() + linear.bias)
    assert {place: tuple(one.shape) for place, one in found.maps.items()} == {
        "regions": (2, 2, 2, 3), "tokens": (2, 2, 4),
    }  # fmt: skip


def test_fused_by_mcb_it_has_one_dropout_behind_the_fusion():
    model = drau(**SIZES, co_attention=UNITS, fusion={"name": "mcb", "output_dim": 31}, final_dropout=0.5)
    assert model.fusion.dropout.p == 0
    assert model.classifier.layers[0].p == 0.5
    assert model.classifier.layers[1].in_features == 31
    assert {one.p for one in drau(**SIZES).modules() if isinstance(one, nn.Dropout)} == {0.3, 0.0}
    own = drau(**SIZES, co_attention=UNITS, fusion={"name": "mcb", "output_dim": 31, "dropout": 0.2})
    assert own.fusion.dropout.p == 0.2


def test_with_the_visual_unit_alone_the_questions_vector_is_fused():
    torch.manual_seed(4)
    looks = partial(create_attention, "rvau", joint_dim=7, hidden_dim=13)
    model = drau(**SIZES, attention=looks, length="none").eval()
    features, words = torch.randn(1, 6, 5), torch.tensor([[3, 1, 4]])
    vector = model.question(words).vector
    context = model.attention(features, vector).context
    product = model.fusion.x(context) * vector
    linear = model.classifier.layers[1]
    torch.testing.assert_close(model(features, words).logits, product @ linear.weight.t() + linear.bias)


def test_first_weights_are_glorots():
    torch.manual_seed(5)
    model = drau(**{**SIZES, "answers": 61}, co_attention=UNITS)
    weight, bias = model.classifier.layers[1].weight, model.classifier.layers[1].bias
    assert not bias.any()
    assert 0.9 < weight.abs().max() / (6 / (61 + 17)) ** 0.5 <= 1


def test_it_is_built_by_name_for_boxes_with_their_corners():
    section = {"name": "drau", "co_attention": {"name": "dual_recurrent"}, "question_dim": 14, "coordinates": "boxes"}
    model = build_host(section, vocabulary_size=23, answers=3, feature_shape=(7, 5))
    boxes, mask = torch.rand(2, 6, 4), torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
    found = model(torch.randn(2, 6, 5), torch.tensor([[3, 1], [4, 0]]), None, mask, boxes)
    assert found.logits.shape == (2, 3)
    assert not found.maps["regions"][1, :, 4:].any()


def test_pictures_are_refused():
    with pytest.raises(ConfigError, match="the host drau reads stored features: give the recipe a backbone"):
        drau(**{**SIZES, "feature_dim": None}, co_attention=UNITS)
