"""Scores of the answers from one vector."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from torch import Tensor, nn


class Classifier(nn.Module):
    """A perceptron over the fused vector; with ``hidden_dim=None`` a single linear map.

    Source: the blog's multi-layer perceptron over the answer choices, trained with cross-entropy on its logits.

    Args:
        input_dim: Width of the fused vector.
        answers: A, the number of answers.
        hidden_dim: Width of the hidden layer, or of several, each followed by ReLU.
        dropout: Probability before each linear map.
    """

    def __init__(
        self, *, input_dim: int, answers: int, hidden_dim: int | Sequence[int] | None = None, dropout: float = 0.0
    ) -> None:
        super().__init__()
        hidden = [] if hidden_dim is None else [hidden_dim] if isinstance(hidden_dim, int) else hidden_dim
        widths = [input_dim, *hidden]
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(widths):
            layers += [nn.Dropout(dropout), nn.Linear(before, after), nn.ReLU()]
        layers += [nn.Dropout(dropout), nn.Linear(widths[-1], answers)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """Score the answers: (B, D) -> (B, A)."""
        logits: Tensor = self.layers(x)
        return logits
