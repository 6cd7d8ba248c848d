"""The host from a section: the paper's rows at the paper's sizes, pictures end to end, what cannot be."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ScanpathError
from scanpath.hosts.caption_model import build_captioner
from scanpath.tasks.captioning.settings import CaptionSettings

SMALL = {"name": "review_net", "attention": {"name": "additive", "hidden_dim": 5}, "embedding_dim": 5, "hidden_dim": 11}
VOCABULARY = 9520 + 4


def parameters(section):
    with torch.device("meta"):
        model = build_captioner(section, vocabulary_size=VOCABULARY, feature_shape=(14, 14, 512))
    return {name: sum(one.numel() for one in part.parameters()) for name, part in model.named_children()}


def test_the_papers_sizes():
    """ReviewNet's code, number by number: 8 untied steps, LSTM 1024, attention 512, words 100, thoughts met in 512."""
    attention = 512 * 512 + 512 * 1024 + 512 + 512  # W_a, W_h with its bias, and the vector that scores
    gates = 4 * 1024 * (1024 + 512 + 1)
    thinking = 512 * 1024 + 512 * 1024 + 512 + 512
    decoder = VOCABULARY * 100 + 4 * 1024 * (100 + 1 + 1024 + 1024) + thinking + VOCABULARY * 1025
    found = parameters({"name": "review_net", "attention": {"name": "additive", "hidden_dim": 512}})
    assert found == {"image": 0, "start": 512 * 1024 + 1024, "reviewer": 8 * (attention + gates), "decoder": decoder,
                     "dropout": 0}  # fmt: skip


def test_the_baselines_of_the_papers_sizes_are_the_cores_decoder():
    """Soft attention looks at the regions before each word; the encoder-decoder has no look; all else is the same."""
    attention = 512 * 512 + 512 * 1024 + 512 + 512
    plain = VOCABULARY * 100 + 4 * 1024 * (100 + 1 + 1024) + VOCABULARY * 1025
    soft = parameters({"name": "decoder", "attention": {"name": "additive", "hidden_dim": 512}})
    assert soft["decoder"] == plain + attention + 4 * 1024 * 512
    assert parameters({"name": "decoder", "attention": None})["decoder"] == plain


def test_sla_stands_in_the_reviewer():
    """[mean of s; a] of width 512 + 512 goes into the gates; three layers' W_v, W_h, W_z and scores a step."""
    attention = 3 * (512 * 512 + 512 * 1024 + 512 + 512) + 512 * 512 + 2 * (512 * 512 + 512 * 512)
    gates = 4 * 1024 * (1024 + 1024 + 1)
    found = parameters({"name": "review_net", "attention": {"name": "stacked_latent", "layers": 3, "hidden_dim": 512}})
    assert found["reviewer"] == 8 * (attention + gates)


def test_pictures_are_learnt_from_end_to_end():
    model = build_captioner({**SMALL, "cnn_channels": [4, 5]}, vocabulary_size=17, feature_shape=None)
    words = torch.randint(1, 17, (3, 5))
    logits = model(torch.randint(0, 256, (3, 3, 8, 8), dtype=torch.uint8), words).logits
    logits.square().sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"attention": None}, "review_net reviews by looking and got no attention: give task.model.attention a name"),
        ({"step": 3}, "'model' takes no option 'step'; did you mean 'steps'"),
    ],
)
def test_what_cannot_be_is_one_sentence(options, words):
    with pytest.raises(ConfigError, match=words):
        build_captioner({**SMALL, **options}, vocabulary_size=17, feature_shape=(5, 7))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({"decoder_attention": "aditive"}, "the attention 'aditive'; did you mean 'additive'"),
        ({"decoder_attention": {"name": "dot", "width": 3}}, "'dot' takes no option 'width'"),
        ({"stepps": 3}, "'model' takes no option 'stepps'; did you mean 'steps'"),
    ],
)
def test_a_recipe_is_refused_before_data_are_read(model, words):
    with pytest.raises(ScanpathError, match=words):
        CaptionSettings.parse({"model": {**SMALL, **model}})
