"""The decoder against plain loops over torch's own LSTM cell, and word by word against all at once."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import Tensor, nn

from scanpath.attention import create_attention
from scanpath.errors import ConfigError, ShapeError
from scanpath.hosts.word_decoder import State, WordDecoder

V, D, E, H, B, T = 13, 5, 3, 7, 4, 6


def built(name: str | None = "additive") -> WordDecoder:
    torch.manual_seed(1)
    attention = None if name is None else partial(create_attention, name)
    return WordDecoder(
        vocabulary_size=V, region_dim=D, attention=attention, embedding_dim=E, hidden_dim=H, dropout=0.5
    ).eval()


def given() -> tuple[Tensor, Tensor, Tensor, State]:
    random = torch.Generator().manual_seed(2)
    words = torch.randint(1, V, (B, T), generator=random)
    mask = torch.rand(B, 11, generator=random) > 0.4
    regions = torch.randn(B, 11, D, generator=random)
    return words, regions, mask, State(torch.randn(B, H, generator=random), torch.randn(B, H, generator=random))


def slow(decoder: WordDecoder, words: Tensor, regions: Tensor, mask: Tensor, state: State) -> Tensor:
    """The equations, caption by caption and word by word, with torch's LSTM cell."""
    seen = decoder.state_gates.in_features - H
    cell = nn.LSTMCell(E + seen, H)
    with torch.no_grad():
        cell.weight_ih[:, :E] = decoder.word_gates.weight
        cell.weight_ih[:, E:] = decoder.state_gates.weight[:, H:]
        cell.weight_hh[:] = decoder.state_gates.weight[:, :H]
        cell.bias_ih[:] = decoder.word_gates.bias
        cell.bias_hh.zero_()
    rows = []
    for row in range(len(words)):
        hidden, memory = state.hidden[row : row + 1], state.cell[row : row + 1]
        for word in words[row]:
            entering = [decoder.words(word.unsqueeze(0))]
            if decoder.attention is not None:
                entering.append(decoder.attention(regions[row : row + 1], hidden, mask[row : row + 1]).context)
            hidden, memory = cell(torch.cat(entering, 1), (hidden, memory))
            rows.append(decoder.output(hidden))
    return torch.cat(rows).view(len(words), -1, V)


@pytest.mark.parametrize("name", ["additive", "dot", "multi_hop", None])
def test_it_is_an_lstm_that_looks_before_each_word(name: str | None) -> None:
    decoder = built(name)
    words, regions, mask, state = given()
    written = decoder(words, decoder.prepare(regions, mask), state)
    torch.testing.assert_close(written.logits, slow(decoder, words, regions, mask, state))
    if name is None:
        assert written.maps is None
    else:
        assert written.maps is not None
        assert written.maps.shape[:2] == (B, T)
        assert not written.maps.transpose(1, -1)[~mask].any()


@pytest.mark.parametrize("name", ["additive", None])
def test_word_by_word_is_all_at_once(name: str | None) -> None:
    decoder = built(name)
    words, regions, mask, state = given()
    prepared = decoder.prepare(regions, mask)
    whole = decoder(words, prepared, state).logits
    for place in range(T):
        logits, state = decoder.step(words[:, place], prepared, state)
        torch.testing.assert_close(logits, whole[:, place])


def test_every_parameter_gets_a_gradient() -> None:
    decoder = built()
    words, regions, mask, state = given()
    decoder(words, decoder.prepare(regions, mask), state).logits.square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in decoder.parameters())


def test_what_cannot_be_is_refused() -> None:
    decoder = built()
    words, regions, mask, state = given()
    with pytest.raises(ShapeError, match="4 captions came with 3 states"):
        decoder(words, decoder.prepare(regions, mask), State(state.hidden[:3], state.cell[:3]))
    with pytest.raises(ConfigError, match=r"dropout=1.0, expected 0 or more and less than 1"):
        WordDecoder(vocabulary_size=V, region_dim=D, attention=None, dropout=1.0)
