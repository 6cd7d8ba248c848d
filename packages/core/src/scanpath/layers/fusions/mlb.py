"""Low-rank bilinear pooling. Source: Kim et al. (2017), MLB; sizes: https://github.com/jnhwkim/MulLowBiVQA."""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.layers.fusions.projecting import Squashed
from scanpath.layers.fusions.spreading import spread


class MLB(nn.Module):
    """y = tanh(V x) * tanh(W q), number by number.

    Both projections come with a bias and a dropout in front. With several glimpses each has its own V, and y is as
    wide as all of them.

    Args:
        input_dim: D.
        query_dim: Q.
        output_dim: Width of a glimpse's projection; F is ``glimpses`` times that.
        glimpses: Equal parts of x with a projection each.
        dropout: Probability in front of both projections.
    """

    def __init__(
        self, *, input_dim: int, query_dim: int, output_dim: int = 1200, glimpses: int = 1, dropout: float = 0.5
    ) -> None:
        super().__init__()
        self.x = Squashed(input_dim=input_dim, output_dim=output_dim, parts=glimpses, dropout=dropout)
        self.query = Squashed(input_dim=query_dim, output_dim=self.x.output_dim, dropout=dropout)
        self.output_dim = self.x.output_dim

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, F)."""
        asked = spread(query, x)  # (B, 1.., Q)
        return self.x(x) * self.query(asked)  # type: ignore[no-any-return]  # nn.Module returns Any
