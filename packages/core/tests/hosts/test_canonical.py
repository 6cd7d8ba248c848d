"""The builder's options reach the parts they name."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import create_attention
from scanpath.errors import ConfigError, ShapeError
from scanpath.hosts import canonical

ATTEND = functools.partial(create_attention, "dot")


def test_the_mechanism_is_told_its_widths():
    told = {}

    def spy(**widths):
        told.update(widths)
        return create_attention("dot", **widths)

    canonical(answers=3, vocabulary_size=5, attention=spy, feature_dim=7, region_dim=11, question_dim=13)
    assert told == {"region_dim": 11, "query_dim": 13}
    canonical(answers=3, vocabulary_size=5, attention=spy, feature_dim=7, region_layers=0, question_dim=13)
    assert told == {"region_dim": 9, "query_dim": 13}  # 7 features, x and y


@pytest.mark.parametrize(("fusion", "width"), [("add", 13), ("concat", 24), ("context", 11), ("hadamard", 13)])
def test_fusions(fusion, width):
    model = canonical(
        answers=3, vocabulary_size=5, attention=ATTEND, feature_dim=7, region_dim=11, question_dim=13, fusion=fusion
    )
    assert model.fusion.output_dim == width
    assert model(torch.randn(2, 3, 5, 7), torch.tensor([[1, 2], [3, 0]])).logits.shape == (2, 3)


def test_question_options():
    model = canonical(answers=3, vocabulary_size=5, bidirectional=True, question_layers=2, question_dim=14, dropout=0.1)
    assert len(model.question.layers) == 2
    assert model.question.bidirectional
    assert model.question(torch.tensor([[1, 2]])).vector.shape == (1, 14)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fusion": "addd"}, "'add'"),
        ({"fusion": {"output_dim": 3}}, "'name'"),
        ({"coordinates": "boxes"}, "grid"),
    ],
)
def test_mistakes_are_told(options, words):
    with pytest.raises(ConfigError, match=words):
        canonical(answers=3, vocabulary_size=5, attention=ATTEND, **options)


@torch.no_grad()
def test_one_seed_gives_every_mechanism_the_same_pictures_and_questions():
    def drawn(name):
        torch.manual_seed(0)
        attention = functools.partial(create_attention, name)
        model = canonical(answers=3, vocabulary_size=5, attention=attention, feature_dim=7, region_dim=8)
        return [*model.image.parameters(), *model.question.parameters()]

    for one, other in zip(drawn("dot"), drawn("transformer"), strict=True):
        assert torch.equal(one, other)


@torch.no_grad()
def test_its_own_layers_begin_after_glorot():
    """A square one keeps the variance, 64 to 128 two thirds of it; each ReLU halves the mean square."""
    torch.manual_seed(0)
    model = canonical(
        answers=3, vocabulary_size=5, attention=ATTEND, feature_dim=64, region_dim=128, region_layers=2,
        coordinates="none",
    )  # fmt: skip
    seen = model.image(torch.randn(31, 3, 5, 64))
    assert float(seen.square().mean()) == pytest.approx(2 / 3 / 2 / 2, rel=0.25)
    layers = [layer for part in (model.image, model.classifier) for layer in part.modules()]
    linear = [layer for layer in layers if isinstance(layer, torch.nn.Linear)]
    assert len(linear) == 4
    for layer in linear:
        bound = (6 / sum(layer.weight.shape)) ** 0.5
        assert 0.9 * bound < float(layer.weight.abs().max()) <= bound
        assert not layer.bias.any()


def test_features_may_have_length_one():
    model = canonical(
        answers=3, vocabulary_size=5, attention=ATTEND, feature_dim=7, region_layers=0, coordinates="none",
        length="sample",
    )  # fmt: skip
    regions = model.image(torch.rand(2, 3, 5, 7) + 1)
    torch.testing.assert_close(regions.square().sum((1, 2, 3)), torch.ones(2))


def test_several_hidden_layers_reach_the_classifier():
    model = canonical(answers=3, vocabulary_size=5, hidden_dim=[11, 13])
    widths = [layer.out_features for layer in model.classifier.modules() if isinstance(layer, torch.nn.Linear)]
    assert widths == [11, 13, 3]


def test_pictures_are_stretched_in_front_of_the_cnn():
    torch.manual_seed(0)
    model = canonical(
        answers=3, vocabulary_size=5, attention=ATTEND, cnn_channels=(5, 7), cnn_kernels=(5, 3), picture_side=16,
        region_dim=11,
    ).eval()  # fmt: skip
    plain = torch.full((2, 3, 24, 40), 51, dtype=torch.uint8)
    assert model.image(plain).shape == (2, 4, 4, 11)
    torch.testing.assert_close(model.image(plain), model.image(torch.full((2, 3, 16, 16), 51, dtype=torch.uint8)))


def test_a_flattened_map_is_one_region():
    torch.manual_seed(0)
    built = {"answers": 3, "vocabulary_size": 5, "attention": ATTEND, "feature_dim": 7, "region_dim": 11}
    features = torch.randn(2, 3, 5, 7)
    model = canonical(**built, flattened=15).eval()
    assert model.image(features).shape == (2, 1, 1, 165)
    torch.testing.assert_close(model.image(features).view(2, 3, 5, 11), model.image.encode(features))
    assert model(features, torch.tensor([[1, 2], [3, 0]])).maps["regions"].unique().tolist() == [1.0]
    with pytest.raises(ShapeError, match="give it 15"):
        canonical(**built, flattened=16)(features, torch.tensor([[1, 2], [3, 0]]))
