"""ReviewNet once more as plain loops over pictures, steps, words and numbers: slow, clear, used by tests only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

Look = Callable[[Tensor, Tensor, Tensor | None], tuple[Tensor, Tensor]]
"""From the positions of one picture (K, D), a state (H,) and a mask (K,) to what is found (C,) and the maps (M, K)."""


class Cell(NamedTuple):
    """An LSTM's rows of each gate, of [h; x] (H, H + X), and their biases (H,)."""

    enter: tuple[Tensor, Tensor]
    forget: tuple[Tensor, Tensor]
    new: tuple[Tensor, Tensor]
    leave: tuple[Tensor, Tensor]


class Decoder(NamedTuple):
    """What writes: its words (V, E), its cell over [h; w; thought], what looks, and the map to the words."""

    words: Tensor
    cell: Cell
    look: Look
    weight: Tensor
    bias: Tensor


def lstm(cell: Cell, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """One step of one sample."""
    given = torch.cat([h, x])
    gate = {name: weight @ given + bias for name, (weight, bias) in cell._asdict().items()}
    c = torch.sigmoid(gate["forget"]) * c + torch.sigmoid(gate["enter"]) * torch.tanh(gate["new"])
    return torch.sigmoid(gate["leave"]) * torch.tanh(c), c


def review(
    regions: Tensor, first: Tensor, steps: Sequence[tuple[Look, Cell]], mask: Tensor | None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Thoughts (N, R, H), maps (N, R, M, K) and the last h and c (N, H); ``first`` (N, H) is both h_0 and c_0."""
    thoughts, maps, last_h, last_c = [], [], [], []
    for n, v in enumerate(regions):
        h, c = first[n], first[n]
        own, looked = [], []
        for look, cell in steps:
            found, weights = look(v, h, None if mask is None else mask[n])
            h, c = lstm(cell, found, h, c)
            own.append(h)
            looked.append(weights)
        thoughts.append(torch.stack(own))
        maps.append(torch.stack(looked))
        last_h.append(h)
        last_c.append(c)
    return torch.stack(thoughts), torch.stack(maps), torch.stack(last_h), torch.stack(last_c)


def write(words: Tensor, thoughts: Tensor, h: Tensor, c: Tensor, decoder: Decoder) -> tuple[Tensor, Tensor]:
    """Logits (B, T, V) behind each word of captions (B, T), a picture each, and maps over the thoughts (B, T, M, R)."""
    logits, maps = [], []
    for b, caption in enumerate(words.tolist()):
        own_h, own_c = h[b], c[b]
        said, looked = [], []
        for word in caption:
            found, weights = decoder.look(thoughts[b], own_h, None)
            own_h, own_c = lstm(decoder.cell, torch.cat([decoder.words[word], found]), own_h, own_c)
            said.append(decoder.weight @ own_h + decoder.bias)
            looked.append(weights)
        logits.append(torch.stack(said))
        maps.append(torch.stack(looked))
    return torch.stack(logits), torch.stack(maps)


def discriminative(scores: Tensor, captions: Sequence[set[int]]) -> Tensor:
    """Mean over samples of 1/V sum_{j in the caption, i not in it} max(0, 1 - (s_j - s_i)), s = max_t of (B, R, V)."""
    total = scores.new_zeros(())
    for b, known in enumerate(captions):
        best = torch.stack(
            [torch.stack([scores[b, t, v] for t in range(scores.shape[1])]).max() for v in range(scores.shape[2])]
        )
        for j in known:
            for i in range(len(best)):
                if i not in known:
                    total = total + torch.relu(1 - (best[j] - best[i]))
    return total / (scores.shape[0] * scores.shape[2])
