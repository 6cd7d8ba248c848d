"""The reviewer: an LSTM that looks at a picture several times before a word is written; its states are thoughts.

Source: Yang et al. 2016, "Review Networks for Caption Generation", https://arxiv.org/abs/1605.07912, as its code has it
(https://github.com/kimiyoung/review_net): a step reads what its attention found and no word, and has weights of its own
("untied").
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_positive, check_switch
from scanpath.attention.preparing import attend, prepare
from scanpath.errors import ShapeError
from scanpath.hosts.word_decoder import State
from scanpath.ops import lstm_step
from scanpath.types import AttentionFactory


class Reviewed(NamedTuple):
    """What came of N pictures."""

    thoughts: Tensor
    """h of every step, (N, R, H)."""
    maps: Tensor
    """Where each step looked, (N, R, M, *S)."""
    state: State
    """After the last step, N rows."""


class Reviewer(nn.Module):
    """a_t = attention_t(regions, h_t-1), h_t, c_t = LSTM_t([h_t-1, a_t], c_t-1), t = 1 .. R; h_1 .. h_R are thoughts.

    What of its regions does not depend on h, each attention computes once a picture
    (:mod:`scanpath.attention.preparing`); with tied weights that serves all steps.

    Args:
        region_dim: D.
        attention: Called with ``region_dim`` and ``query_dim``, once a step.
        steps: R.
        hidden_dim: H.
        tied: All steps share one LSTM and one attention.

    Raises:
        ConfigError: Fewer than one step or state, or ``tied`` neither true nor false.
    """

    def __init__(
        self,
        *,
        region_dim: int,
        attention: AttentionFactory,
        steps: int = 8,
        hidden_dim: int = 1024,
        tied: bool = False,
    ) -> None:
        super().__init__()
        check_positive("a reviewer", steps=steps, hidden_dim=hidden_dim)
        check_switch("a reviewer", tied=tied)
        self.steps = steps
        self.hidden_dim = hidden_dim
        own = 1 if tied else steps
        looks: list[Any] = [attention(region_dim=region_dim, query_dim=hidden_dim) for _ in range(own)]
        self.attentions = nn.ModuleList(looks)
        self.gates = nn.ModuleList(nn.Linear(hidden_dim + one.context_dim, 4 * hidden_dim) for one in looks)
        bound = 1 / math.sqrt(hidden_dim)  # as torch draws an LSTM
        for parameter in self.gates.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, regions: Tensor, state: State, mask: Tensor | None = None) -> Reviewed:
        """Review N pictures.

        Args:
            regions: (N, *S, D).
            state: In front of the first step, N rows.
            mask: (N, *S) bool, True where real.

        Raises:
            ShapeError: Another number of states than of pictures.
        """
        if len(state.hidden) != len(regions):
            raise ShapeError(f"{len(regions)} pictures came with {len(state.hidden)} states: give one a picture.")
        prepared = [prepare(one, regions, mask) for one in self.attentions]  # type: ignore[arg-type]  # Attentions
        parts = itertools.islice(itertools.cycle(zip(self.attentions, prepared, self.gates, strict=True)), self.steps)
        thoughts, maps = [], []
        for attention, ready, gates in parts:
            found = attend(attention, ready, state.hidden)  # type: ignore[arg-type]  # an Attention
            given = torch.cat([state.hidden, found.context.to(state.hidden.dtype)], -1)
            state = State(*lstm_step(gates(given), state.cell))
            thoughts.append(state.hidden)
            maps.append(found.weights)
        return Reviewed(torch.stack(thoughts, 1), torch.stack(maps, 1), state)
