"""Scores of the answers from one vector."""

from __future__ import annotations

from torch import Tensor, nn


class Classifier(nn.Module):
    """A perceptron over the fused vector; with ``hidden_dim=None`` a single linear map.

    Source: the blog's multi-layer perceptron over the answer choices, trained with cross-entropy on its logits.

    Args:
        input_dim: Width of the fused vector.
        answers: A, the number of answers.
        hidden_dim: Width of the hidden layer, followed by ReLU.
        dropout: Probability before each linear map.
    """

    def __init__(self, *, input_dim: int, answers: int, hidden_dim: int | None = None, dropout: float = 0.0) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        if hidden_dim is not None:
            layers += [nn.Dropout(dropout), nn.Linear(input_dim, hidden_dim), nn.ReLU()]
        layers += [nn.Dropout(dropout), nn.Linear(hidden_dim or input_dim, answers)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """Score the answers: (B, D) -> (B, A)."""
        logits: Tensor = self.layers(x)
        return logits
