"""An LSTM that writes word by word, and looks before each word.

Source: the decoder of ReviewNet (Yang et al. 2016) and its baseline "soft attention"; sizes: its code,
https://github.com/kimiyoung/review_net. Its gates see the last word, the last hidden state h and what an attention
asked by h has found; the new h, after dropout, is mapped to the words.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from scanpath.attention.preparing import Prepared, attend, prepare
from scanpath.errors import ConfigError, ShapeError
from scanpath.ops import lstm_step
from scanpath.types import Attention, AttentionFactory


class State(NamedTuple):
    """What an LSTM remembers, one row a caption."""

    hidden: Tensor
    """(B, H)."""
    cell: Tensor
    """(B, H)."""


class Written(NamedTuple):
    """What a decoder says of captions that are known."""

    logits: Tensor
    """Scores of the word that follows each, (B, T, V)."""
    maps: Tensor | None
    """Where it looked before each, (B, T, M, *S); None without an attention."""


class WordDecoder(nn.Module):
    """h_t, c_t = LSTM([w_t, h_t-1, a_t], c_t-1) with a_t = attention(regions, h_t-1), logits_t = W h_t + b.

    What of the regions does not depend on h is computed once a call (:mod:`scanpath.attention.preparing`), and so are
    the words' part of the gates and the map to the vocabulary: a step is one product for the gates and the attention.

    Args:
        vocabulary_size: V, the numbers of words; 0 is padding.
        region_dim: D of what is looked at.
        attention: Called with ``region_dim`` and ``query_dim``; None writes from the first state alone.
        embedding_dim: Width of a word.
        hidden_dim: H.
        dropout: Of h in front of the words.
    """

    def __init__(
        self,
        *,
        vocabulary_size: int,
        region_dim: int,
        attention: AttentionFactory | None,
        embedding_dim: int = 100,
        hidden_dim: int = 1024,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        if not 0 <= dropout < 1:
            raise ConfigError(f"a decoder got dropout={dropout!r}, expected 0 or more and less than 1.")
        self.hidden_dim = hidden_dim
        self.attention: Attention | None = None
        seen_dim = 0
        if attention is not None:
            self.attention = attention(region_dim=region_dim, query_dim=hidden_dim)
            seen_dim = self.attention.context_dim
        self.words = nn.Embedding(vocabulary_size, embedding_dim, padding_idx=0)
        self.word_gates = nn.Linear(embedding_dim, 4 * hidden_dim)
        self.state_gates = nn.Linear(hidden_dim + seen_dim, 4 * hidden_dim, bias=False)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden_dim, vocabulary_size)
        bound = 1 / math.sqrt(hidden_dim)  # as torch draws an LSTM
        for parameter in (self.word_gates.weight, self.word_gates.bias, self.state_gates.weight):
            nn.init.uniform_(parameter, -bound, bound)

    def prepare(self, regions: Tensor, mask: Tensor | None = None) -> Prepared | None:
        """Compute of regions (B, *S, D), given a mask (B, *S), what every word needs; None without an attention."""
        return None if self.attention is None else prepare(self.attention, regions, mask)

    def forward(self, words: Tensor, prepared: Prepared | None, state: State) -> Written:
        """Say what follows each word of known captions.

        Args:
            words: (B, T) int64, from the start on.
            prepared: What is looked at, B rows; None without an attention.
            state: In front of the first word.

        Raises:
            ShapeError: Another number of states than captions.
        """
        if len(state.hidden) != len(words):
            raise ShapeError(f"{len(words)} captions came with {len(state.hidden)} states: give one a caption.")
        gates = self.word_gates(self.words(words))  # (B, T, 4H)
        hidden, maps = [], []
        for place in range(words.shape[1]):
            state, found = self._step(gates[:, place], prepared, state)
            hidden.append(state.hidden)
            maps.append(found)
        logits = self.output(self.dropout(torch.stack(hidden, 1)))  # (B, T, V)
        looked = [one for one in maps if one is not None]
        return Written(logits, torch.stack(looked, 1) if looked else None)

    def step(self, words: Tensor, prepared: Prepared | None, state: State) -> tuple[Tensor, State]:
        """Say what follows the words (B,) after a state: scores (B, V), and the state in front of the next."""
        state, _ = self._step(self.word_gates(self.words(words)), prepared, state)
        return self.output(self.dropout(state.hidden)), state

    def _step(self, gates: Tensor, prepared: Prepared | None, state: State) -> tuple[State, Tensor | None]:
        """Take the words' gates (B, 4H) to the next state and the maps (B, M, *S)."""
        given, maps = state.hidden, None
        if self.attention is not None and prepared is not None:
            found = attend(self.attention, prepared, state.hidden)
            given, maps = torch.cat([state.hidden, found.context.to(state.hidden.dtype)], -1), found.weights
        return State(*lstm_step(gates + self.state_gates(given), state.cell)), maps
