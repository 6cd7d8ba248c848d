"""How questions are read: MCB's layers, first weights as the paper draws them."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_drau.hosts.reading import question_encoder

SIZES = {"vocabulary_size": 23, "beside_dim": 5, "embedding_dim": 7, "question_dim": 22, "dropout": 0.3}


def test_first_weights():
    torch.manual_seed(1)
    question = question_encoder(**SIZES)
    limit = (6 / (23 + 7)) ** 0.5
    words = question.embedding.weight
    assert not words[0].any()
    assert 0.8 * limit < words.abs().max() <= limit
    recurrent = [one for name, one in question.layers.named_parameters() if "bias" not in name]
    assert all(0.07 < one.abs().max() <= 0.08 for one in recurrent)
    assert not any(one.any() for name, one in question.layers.named_parameters() if "bias" in name)
    assert not question.beside.weight.any()


def test_every_word_has_the_states_of_both_layers():
    torch.manual_seed(2)
    question = question_encoder(**SIZES).eval()
    torch.nn.init.normal_(question.beside.weight)
    tokens = torch.tensor([[3, 1, 4, 0]])
    found = question(tokens)
    words = torch.cat([question.embedding.weight[[3, 1, 4]].tanh(), question.beside.weight[[3, 1, 4]]], 1)
    first, _ = question.layers[0].forwards(words[None])
    second, _ = question.layers[1].forwards(first)
    expected = torch.cat([first, second], -1)
    torch.testing.assert_close(found.states[:, :3], expected)
    torch.testing.assert_close(found.vector, expected[:, -1])


def test_an_odd_width_cannot_be_halved():
    with pytest.raises(ConfigError, match="question_dim 21 cannot be halved between two layers"):
        question_encoder(**{**SIZES, "question_dim": 21})
