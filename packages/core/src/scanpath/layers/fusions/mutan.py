"""Tucker fusion with a core of low rank. Source: Ben-younes et al. (2017), MUTAN; sizes: hosts.md 2."""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.layers.fusions.projecting import Squashed
from scanpath.layers.fusions.spreading import spread


class Mutan(nn.Module):
    """z = sum over r = 1..R of (N_r v + n_r) * (M_r q + m_r), with v = tanh(V x) and q = tanh(W query).

    No activation follows a branch or the sum, as in the released configurations.

    Args:
        input_dim: D.
        query_dim: Q.
        output_dim: t_o, the width of z.
        rank: R.
        x_dim: t_v of a glimpse.
        hidden_query_dim: t_q.
        glimpses: Equal parts of x with a projection each; v is as wide as all of them.
        dropout: Probability in front of both projections.
        output_dropout: Probability at z, as in front of the scores of a fused map.
    """

    def __init__(
        self,
        *,
        input_dim: int,
        query_dim: int,
        output_dim: int = 510,
        rank: int = 5,
        x_dim: int = 310,
        hidden_query_dim: int = 310,
        glimpses: int = 1,
        dropout: float = 0.5,
        output_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if rank < 1:
            raise ConfigError(f"mutan got rank={rank}, expected at least 1.")
        self.rank = rank
        self.output_dim = output_dim
        self.x = Squashed(input_dim=input_dim, output_dim=x_dim, parts=glimpses, dropout=dropout)
        self.query = Squashed(input_dim=query_dim, output_dim=hidden_query_dim, dropout=dropout)
        self.x_branches = nn.Linear(self.x.output_dim, rank * output_dim)  # N_1..N_R
        self.query_branches = nn.Linear(hidden_query_dim, rank * output_dim)  # M_1..M_R
        self.dropout = nn.Dropout(output_dropout)

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, t_o)."""
        asked = self.query_branches(self.query(spread(query, x))).unflatten(-1, (self.rank, -1))  # (B, 1.., R, t_o)
        seen = self.x_branches(self.x(x)).unflatten(-1, (self.rank, -1))  # (B, *S, R, t_o)
        return self.dropout((seen * asked).sum(-2))  # type: ignore[no-any-return]  # nn.Module returns Any
