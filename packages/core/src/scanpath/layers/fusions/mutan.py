"""Tucker fusion with a core of low rank. Source: Ben-younes et al. (2017), MUTAN.

Sizes are those of their code, https://github.com/Cadene/vqa.pytorch.
"""

from __future__ import annotations

import math

import torch
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
        spread(query, x)  # for its check of the shapes
        asked = self.query_branches(self.query(query)).view(-1, self.rank, self.output_dim)  # (B, R, t_o)
        seen = self.x(x)  # (B, *S, t_v)
        if math.prod(x.shape[1:-1]) * self.rank > self.x.output_dim:
            return self.dropout(self._by_core(seen, asked))  # type: ignore[no-any-return]  # nn.Module returns Any
        branches = self.x_branches(seen).view(*x.shape[:-1], self.rank, self.output_dim)  # (B, *S, R, t_o)
        asked = asked.view(len(x), *[1] * (x.dim() - 2), self.rank, self.output_dim)  # (B, 1.., R, t_o)
        return self.dropout((branches * asked).sum(-2))  # type: ignore[no-any-return]  # as above

    def _by_core(self, seen: Tensor, asked: Tensor) -> Tensor:
        """Let the question choose one map of v first, W_q = sum_r diag(M_r q) N_r, then apply it to every region.

        It has t_v t_o numbers a sample, the branches of L regions L R t_o: this way pays where L R > t_v. At 14x14
        regions and the paper's sizes it takes half the time and 0.6 of the memory; for a single context, twelve times
        the time.
        """
        weight = self.x_branches.weight.view(self.rank, self.output_dim, -1)  # (R, t_o, t_v)
        bias = self.x_branches.bias.view(self.rank, self.output_dim)  # (R, t_o)
        core = torch.einsum("bro,rov->bvo", asked, weight)  # (B, t_v, t_o)
        offset = torch.einsum("bro,ro->bo", asked, bias).unsqueeze(1)  # (B, 1, t_o)
        regions = seen.reshape(len(seen), -1, seen.shape[-1])  # (B, L, t_v)
        return torch.baddbmm(offset, regions, core).view(*seen.shape[:-1], self.output_dim)
