"""Questions as vectors: word embeddings and an LSTM or GRU, exact under padding.

Questions that are padded on the left are moved to the first place, and their states back. So a forward LSTM meets
padding only after the last word; the backward direction reads each question reversed within its own length. No padding
therefore touches any state, without packing and without asking the device for a length.
"""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError, ShapeError
from scanpath.layers.recurrence import run_recurrence
from scanpath.types import Question

Recurrence = Literal["lstm", "gru"]


class QuestionEncoder(nn.Module):
    """Embedding, LSTM layers in one or two directions; the last states of the top layer are the question's vector.

    Source: the blog (two directions, last states concatenated); HAN and SAN use one direction, the default here; MCB
    puts both of its layers side by side (https://github.com/akirafukui/vqa-mcb); the network of Kazemi and Elqursh
    takes the cell, as https://github.com/Cyanogenoid/pytorch-vqa builds it.
    An empty question has the initial state, a vector of zeros.

    Args:
        vocabulary_size: Number of word indices; 0 is padding.
        embedding_dim: Width of a word.
        hidden_dim: Width of a layer's states; halved between two directions.
        layers: Recurrent layers. 0 reads no order: the states are the embedded words, the vector is their mean, and
            both are as wide as a word (a bag of words, as Zhou et al. have it, https://arxiv.org/abs/1512.02167, who
            add words up).
        bidirectional: Read in both directions.
        tanh: Squash the embeddings, as MCB does.
        dropout: Probability after the embedding and after each layer.
        embedding_dropout: After the embedding, where it differs; in front of the tanh.
        recurrence: "lstm" or "gru".
        every_layer: The vector and the states are those of all layers side by side, not of the top one.
        cell: They are the LSTM's cells in place of its outputs, computed step by step; for one direction.
        forget_bias: What the bias of an LSTM's forget gate begins with. 1, as TensorFlow and Sonnet add it and SAN's
            code has it, keeps three quarters of a word a step at first; None leaves the gate as torch draws it, which
            keeps half: eight steps later nothing is left of it.
        beside_dim: Width of further word vectors that stand beside each learnt word, neither squashed nor dropped, as
            MCB puts GloVe there; zeros until ``scanpath.hosts.initialisation.put_word_vectors`` fills them.

    Attributes:
        output_dim: Q and E, the width of the vector and of each state.
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
        embedding_dropout: float | None = None,
        recurrence: Recurrence = "lstm",
        every_layer: bool = False,
        cell: bool = False,
        forget_bias: float | None = None,
        beside_dim: int = 0,
    ) -> None:
        super().__init__()
        directions = 2 if bidirectional else 1
        self.bidirectional = bidirectional
        self.every_layer = every_layer
        if recurrence not in get_args(Recurrence):
            raise ConfigError(f"a question encoder got recurrence={recurrence!r}, expected 'lstm' or 'gru'.")
        if cell and (bidirectional or recurrence != "lstm"):
            raise ConfigError("cell=True takes the cells of an LSTM in one direction: leave the other option out.")
        if forget_bias is not None and recurrence != "lstm":
            raise ConfigError(f"forget_bias={forget_bias} goes with an LSTM, and a gru has no such gate: leave it out.")
        if hidden_dim % directions:
            raise ConfigError(f"hidden_dim {hidden_dim} cannot be halved between two directions: give an even number.")
        if layers < 0:
            raise ConfigError(f"a question encoder got {layers} layers, expected 0 or more.")
        if not layers and (bidirectional or every_layer or cell or forget_bias is not None):
            raise ConfigError(
                "a question encoder without recurrent layers has no directions, cells or forget gates: leave "
                "bidirectional, every_layer, cell and forget_bias out, or give it a layer."
            )
        self.output_dim = hidden_dim * (layers if every_layer else 1) if layers else embedding_dim + beside_dim
        self.embedding = nn.Embedding(vocabulary_size, embedding_dim, padding_idx=0)
        self.beside = (
            nn.Embedding(vocabulary_size, beside_dim, padding_idx=0, _weight=torch.zeros(vocabulary_size, beside_dim))
            if beside_dim
            else None
        )
        self.squash = nn.Tanh() if tanh else nn.Identity()
        self.dropout = nn.Dropout(dropout)
        self.embedding_dropout = nn.Dropout(dropout if embedding_dropout is None else embedding_dropout)
        widths = [embedding_dim + beside_dim, *[hidden_dim] * layers][:layers]
        self.layers = nn.ModuleList(
            _Layer(width, hidden_dim // directions, bidirectional=bidirectional, recurrence=recurrence, cell=cell)
            for width in widths
        )
        if forget_bias is not None:
            for part in self.layers.modules():
                if isinstance(part, nn.LSTM):
                    _begin_forgetting(part, forget_bias)

    def forward(self, tokens: Tensor) -> Question:
        """Encode questions.

        Args:
            tokens: Word indices (B, T) int64, padded with 0 on the right or on the left.

        Returns:
            ``Question(vector (B, Q), states (B, T, E), mask (B, T))`` with E = Q; states of padding are 0.

        Raises:
            ShapeError: The tokens are not (B, T).
        """
        if tokens.dim() != 2:
            raise ShapeError(f"tokens have the shape {tuple(tokens.shape)}, expected (B, T).")
        mask = tokens != 0  # (B, T)
        if not self.layers:
            return self._bag(tokens, mask)
        starts = _starts(mask)  # (B,) or None
        tokens = tokens if starts is None else tokens.gather(1, _rolled(starts, tokens.shape[1]))
        lengths = mask.sum(1)  # (B,)
        steps = _longest(lengths, tokens)  # T' <= T
        real = (tokens[:, :steps] != 0).unsqueeze(-1)  # (B, T', 1)
        reversal = _reversal(lengths, steps)  # (B, T')
        x = self._embed(tokens[:, :steps])  # (B, T', width)
        kept: list[Tensor] = []  # of each layer, (B, T', hidden_dim)
        for layer in self.layers:
            outputs, memory = layer(x, reversal)
            x = self.dropout(outputs)
            memory = x if memory is outputs else self.dropout(memory)
            kept.append(torch.where(real, memory, memory.new_zeros(())))
        kept = kept if self.every_layer else kept[-1:]
        vector = torch.cat([_last(one, lengths, bidirectional=self.bidirectional) for one in kept], -1)  # (B, Q)
        states = nn.functional.pad(torch.cat(kept, -1), (0, 0, 0, tokens.shape[1] - steps))  # (B, T, E)
        return Question(
            vector, states if starts is None else _permuted(states, _rolled(-starts, states.shape[1])), mask
        )

    def _bag(self, tokens: Tensor, mask: Tensor) -> Question:
        """Take the words' mean; wherever the padding stands, it counts for nothing."""
        words = torch.where(mask.unsqueeze(-1), self._embed(tokens), 0)  # (B, T, E)
        return Question(words.sum(1) / mask.sum(1, keepdim=True).clamp(min=1), words, mask)

    def _embed(self, tokens: Tensor) -> Tensor:
        """Look words up: (B, T') to (B, T', width)."""
        words: Tensor = self.squash(self.embedding_dropout(self.embedding(tokens)))
        return words if self.beside is None else torch.cat([words, self.beside(tokens)], -1)


class _Layer(nn.Module):
    """One recurrent layer in one or two directions."""

    def __init__(
        self, input_dim: int, hidden_dim: int, *, bidirectional: bool, recurrence: Recurrence, cell: bool
    ) -> None:
        super().__init__()
        kind = nn.LSTM if recurrence == "lstm" else nn.GRU
        self.cell = cell
        self.forwards = kind(input_dim, hidden_dim, batch_first=True)
        self.backwards = kind(input_dim, hidden_dim, batch_first=True) if bidirectional else None

    def forward(self, x: Tensor, reversal: Tensor) -> tuple[Tensor, Tensor]:
        """Read (B, T, width), the backward direction by ``reversal`` (B, T).

        Returns:
            The outputs (B, T, E), and what the question is made of: the same, or the cells.
        """
        if self.cell:
            return _step_by_step(self.forwards, x)
        states = run_recurrence(self.forwards, x)
        if self.backwards is not None:
            backwards = _permuted(run_recurrence(self.backwards, _permuted(x, reversal)), reversal)
            states = torch.cat([states, backwards], -1)
        return states, states


@torch.no_grad()
def _begin_forgetting(lstm: nn.LSTM, bias: float) -> None:
    """Set the forget gate's bias, which torch keeps in two parts, input and recurrent; gates stand i, f, g, o."""
    ours = {"bias_ih_l0": bias, "bias_hh_l0": 0.0}
    for name, value in ours.items():
        lstm.get_parameter(name)[lstm.hidden_size : 2 * lstm.hidden_size] = value


def _starts(mask: Tensor) -> Tensor | None:
    """Find each question's first word, (B,); None where a free look at the data, on the CPU, finds all of them at 0."""
    if not mask.numel():
        return None
    starts = mask.to(torch.uint8).argmax(1)  # the first of the largest: 0 for an empty question
    return None if starts.device.type == "cpu" and not starts.any() else starts


def _rolled(by: Tensor, steps: int) -> Tensor:
    """Positions (B, T) that move each question ``by`` places to the left, around the end."""
    return (torch.arange(steps, device=by.device) + by.unsqueeze(1)) % steps


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


def _step_by_step(lstm: nn.RNNBase, x: Tensor) -> tuple[Tensor, Tensor]:
    """Run an LSTM over (B, T, width) and keep every cell: outputs and cells (B, T, E).

    torch's own tells the cell of the last step only, which in a padded question is no word of it.
    """
    to_gates, back_to_gates, bias, other_bias = lstm.all_weights[0]
    with torch.autocast(x.device.type, enabled=False):
        gates = nn.functional.linear(x.to(to_gates.dtype), to_gates, bias + other_bias)  # (B, T, 4 E)
        output = memory = gates.new_zeros(len(x), lstm.hidden_size)
        steps: list[tuple[Tensor, Tensor]] = []
        for arriving in gates.unbind(1):
            entry, keep, new, leave = (arriving + output @ back_to_gates.t()).chunk(4, -1)
            memory = keep.sigmoid() * memory + entry.sigmoid() * new.tanh()
            output = leave.sigmoid() * memory.tanh()
            steps.append((output, memory))
    outputs, memories = zip(*steps, strict=True)
    return torch.stack(outputs, 1), torch.stack(memories, 1)
