"""Questions as vectors: word embeddings and an LSTM, exact under padding.

Padding stands on the right, so a forward LSTM meets it only after the last word; the backward direction reads each
question reversed within its own length. No padding therefore touches any state, without packing and without asking
the device for a length.
"""

from __future__ import annotations

import contextlib

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError, ShapeError
from scanpath.types import Question


class QuestionEncoder(nn.Module):
    """Embedding, LSTM layers in one or two directions; the last states of the top layer are the question's vector.

    Source: the blog (two directions, last states concatenated); HAN and SAN use one direction, the default here.
    An empty question has the initial state, a vector of zeros.

    Args:
        vocabulary_size: Number of word indices; 0 is padding.
        embedding_dim: Width of a word.
        hidden_dim: Q and E, the width of the vector and of each state; halved between two directions.
        layers: LSTM layers.
        bidirectional: Read in both directions.
        tanh: Squash the embeddings, as MCB does.
        dropout: Probability after the embedding and after each layer.
    """

    def __init__(
        self,
        *,
        vocabulary_size: int,
        embedding_dim: int = 128,
        hidden_dim: int = 256,
        layers: int = 1,
        bidirectional: bool = False,
        tanh: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        directions = 2 if bidirectional else 1
        self.bidirectional = bidirectional
        if hidden_dim % directions:
            raise ConfigError(f"hidden_dim {hidden_dim} cannot be halved between two directions: give an even number.")
        if layers < 1:
            raise ConfigError(f"a question encoder with {layers} layers reads nothing: give at least 1.")
        self.output_dim = hidden_dim
        self.embedding = nn.Embedding(vocabulary_size, embedding_dim, padding_idx=0)
        self.squash = nn.Tanh() if tanh else nn.Identity()
        self.dropout = nn.Dropout(dropout)
        widths = [embedding_dim, *[hidden_dim] * (layers - 1)]
        self.layers = nn.ModuleList(
            _Layer(width, hidden_dim // directions, bidirectional=bidirectional) for width in widths
        )

    def forward(self, tokens: Tensor) -> Question:
        """Encode questions.

        Args:
            tokens: Word indices (B, T) int64, padded with 0 on the right.

        Returns:
            ``Question(vector (B, Q), states (B, T, E), mask (B, T))`` with E = Q; states of padding are 0.

        Raises:
            ShapeError: The tokens are not (B, T).
        """
        if tokens.dim() != 2:
            raise ShapeError(f"tokens have the shape {tuple(tokens.shape)}, expected (B, T).")
        mask = tokens != 0  # (B, T)
        lengths = mask.sum(1)  # (B,)
        steps = _longest(lengths, tokens)  # T' <= T
        reversal = _reversal(lengths, steps)  # (B, T')
        x = self.dropout(self.squash(self.embedding(tokens[:, :steps])))  # (B, T', width)
        for layer in self.layers:
            x = self.dropout(layer(x, reversal))  # (B, T', E)
        x = torch.where(mask[:, :steps].unsqueeze(-1), x, x.new_zeros(()))
        vector = _last(x, lengths, bidirectional=self.bidirectional)
        return Question(vector, nn.functional.pad(x, (0, 0, 0, tokens.shape[1] - steps)), mask)


class _Layer(nn.Module):
    """One LSTM layer in one or two directions."""

    def __init__(self, input_dim: int, hidden_dim: int, *, bidirectional: bool) -> None:
        super().__init__()
        self.forwards = nn.LSTM(input_dim, hidden_dim, batch_first=True)
        self.backwards = nn.LSTM(input_dim, hidden_dim, batch_first=True) if bidirectional else None

    def forward(self, x: Tensor, reversal: Tensor) -> Tensor:
        """Read (B, T, width), the backward direction by ``reversal`` (B, T): (B, T, E)."""
        states = _run(self.forwards, x)
        if self.backwards is None:
            return states
        return torch.cat([states, _permuted(_run(self.backwards, _permuted(x, reversal)), reversal)], -1)


def _longest(lengths: Tensor, tokens: Tensor) -> int:
    """Trim to the longest question where a look at the data is free: on the CPU."""
    if tokens.device.type != "cpu" or not len(lengths):
        return tokens.shape[1]
    return max(int(lengths.max()), min(1, tokens.shape[1]))


def _reversal(lengths: Tensor, steps: int) -> Tensor:
    """Positions (B, T) that reverse each question within its length and leave its padding in place."""
    places = torch.arange(steps, device=lengths.device)  # (T,)
    ends = lengths.unsqueeze(1)  # (B, 1)
    return torch.where(places < ends, ends - 1 - places, places)


def _permuted(x: Tensor, places: Tensor) -> Tensor:
    return x.gather(1, places.unsqueeze(-1).expand(-1, -1, x.shape[-1]))  # (B, T, E)


def _last(states: Tensor, lengths: Tensor, *, bidirectional: bool) -> Tensor:
    """Where each direction ends: the forward one at the last word, the backward one at the first: (B, E)."""
    rows = torch.arange(len(lengths), device=lengths.device)
    ends = states[rows, (lengths - 1).clamp_min(0)]  # (B, E)
    if not bidirectional:
        return ends
    half = states.shape[-1] // 2
    return torch.cat([ends[:, :half], states[:, 0, half:]], -1)


def _run(lstm: nn.LSTM, x: Tensor) -> Tensor:
    """Run one direction over (B, T, width). On a CPU without autocast: its bf16 took 1.2 to 1.5x the time."""
    with torch.autocast("cpu", enabled=False) if x.device.type == "cpu" else contextlib.nullcontext():
        states: Tensor = lstm(x.to(lstm.all_weights[0][0].dtype))[0]
    return states
