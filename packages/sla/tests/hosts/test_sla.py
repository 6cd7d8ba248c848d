"""The paper's host: its parts and widths, what each may hold, and that it is trained as any other."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from scanpath.errors import ConfigError
from scanpath.hosts import build_host
from scanpath_sla import TwinStream

NARROW = {"embedding_dim": 7, "question_dim": 22, "hidden_dim": 19, "dropout": 0.0}
TWIN = {"name": "twin_stream", "hidden_dim": 13, "positions": 6}


def build(**model):
    return build_host({"name": "sla", **NARROW, **model}, vocabulary_size=17, answers=11, feature_shape=(2, 3, 5))


def given(batch=4):
    return torch.randn(2, 2, 3, 5), torch.randint(1, 17, (batch, 6)), torch.tensor([0, 0, 1, 1])[:batch]


def test_the_papers_sizes():
    section = {
        "name": "sla",
        "co_attention": {"name": "twin_stream", "layers": 3, "hidden_dim": 1024, "positions": 196},
    }
    with torch.device("meta"):
        model = build_host(section, vocabulary_size=17, answers=3000, feature_shape=(14, 14, 2048))
    twin = model.co_attention
    assert isinstance(twin, TwinStream)
    assert (twin.region_dim, twin.token_dim, twin.query_dim, twin.positions) == (2048, 300, 1024, 196)
    assert model.question.embedding.embedding_dim == 300
    lstms = [(layer.input_size, layer.hidden_size) for layer in model.modules() if isinstance(layer, nn.LSTM)]
    assert lstms == [(300, 512), (300, 512)]  # there and back
    shapes = [tuple(layer.weight.shape) for layer in model.classifier.modules() if isinstance(layer, nn.Linear)]
    assert shapes == [(1024, 2048), (3000, 1024)]
    assert [layer.p for layer in model.classifier.modules() if isinstance(layer, nn.Dropout)] == [0.5, 0.5]


def test_words_reach_the_answer_past_the_lstm():
    model = build(co_attention=TWIN)
    images, tokens, index = given()
    output = model(images, tokens, index)
    assert output.logits.shape == (4, 11)
    assert {place: maps.shape for place, maps in output.maps.items()} == {
        "regions": (4, 2, 2, 3), "tokens": (4, 2, 6)
    }  # fmt: skip
    nn.functional.cross_entropy(output.logits, torch.arange(4)).backward()
    assert all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in model.parameters())


def test_regions_have_length_one():
    model = build(co_attention=TWIN)
    images, tokens, index = given()
    one, other = (model(factor * images, tokens, index).logits for factor in (1, 7))
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("attention", ["stacked_latent", "stacked", "standard", None])
def test_it_holds_attentions_of_one_side_too(attention):
    options = None if attention is None else {"name": attention, "hidden_dim": 13}
    images, tokens, index = given()
    assert build(attention=options)(images, tokens, index).logits.shape == (4, 11)


@pytest.mark.parametrize("words", ["embeddings", "states"])
def test_words_may_be_the_states(words):
    model = build(co_attention=TWIN, words=words)
    assert model.co_attention.token_dim == {"embeddings": 7, "states": 22}[words]
    assert model(*given()).logits.isfinite().all()


def test_first_weights_are_glorots(assert_glorot):
    section = {"name": "sla", **NARROW, "embedding_dim": 53, "question_dim": 62, "co_attention": TWIN}
    model = build_host(section, vocabulary_size=97, answers=11, feature_shape=(2, 3, 5))
    assert_glorot(model.question.embedding.weight, 97, 53)
    for layer in [layer for layer in model.modules() if isinstance(layer, nn.LSTM)]:
        for gate in layer.weight_ih_l0.chunk(4):
            assert_glorot(gate, 53, 31)
        assert not layer.bias_ih_l0.any()
    layers = [layer for layer in model.classifier.modules() if isinstance(layer, nn.Linear)]
    for layer in layers:
        bound = math.sqrt(6 / sum(layer.weight.shape))
        assert 0.8 * bound < layer.weight.abs().max().item() <= bound
        assert not layer.bias.any()


def test_pictures_are_refused():
    section = {"name": "sla", **NARROW, "co_attention": TWIN}
    with pytest.raises(ConfigError, match="the host sla reads stored features: give the recipe a backbone"):
        build_host(section, vocabulary_size=17, answers=11, feature_shape=None)
