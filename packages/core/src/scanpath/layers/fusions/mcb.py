"""Multimodal compact bilinear pooling. Source: Fukui et al. (2016); sketches and norms as in their code.

The code has both from https://github.com/gy20073/compact_bilinear_pooling. The operator and its mathematics stand in
:mod:`scanpath.layers.fusions.sketching`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.layers.fusions.sketching import Norm, Sketch, compact_bilinear
from scanpath.layers.fusions.spreading import check_widths, spread


class MCB(nn.Module):
    """y = dropout(normalise(signed root(phi(x, q)))), phi a count sketch of the outer product of x and q.

    Nothing is learnt. The sketches are drawn from ``seed`` and not from torch's random state, and they are part of the
    state dict: a loaded model has those it was trained with. Computed in fp32 at least, under autocast too.

    Args:
        input_dim: D.
        query_dim: Q.
        output_dim: d.
        norm: "sample" divides by the length of all regions' vectors together, as the authors' Caffe layer does;
            "location" gives each region's vector the length 1, as MLB's version of MCB does. For one vector (B, D)
            both are the same.
        dropout: Probability at the output.
        seed: Of the sketches.
    """

    x_buckets: Tensor
    x_signs: Tensor
    query_buckets: Tensor
    query_signs: Tensor

    def __init__(
        self,
        *,
        input_dim: int,
        query_dim: int,
        output_dim: int = 16_000,
        norm: Norm = "sample",
        dropout: float = 0.1,
        seed: int = 1,
    ) -> None:
        super().__init__()
        if norm not in ("sample", "location"):
            raise ConfigError(f"mcb got norm={norm!r}, expected 'sample' or 'location'.")
        if output_dim < 1:
            raise ConfigError(f"mcb got output_dim={output_dim}, expected at least 1.")
        self.output_dim = output_dim
        self.norm = norm
        generator = torch.Generator().manual_seed(seed)
        for side, width in (("x", input_dim), ("query", query_dim)):
            buckets = torch.randint(output_dim, (width,), generator=generator)
            signs = torch.randint(2, (width,), generator=generator).mul(2).sub(1)
            self.register_buffer(f"{side}_buckets", buckets)
            self.register_buffer(f"{side}_signs", signs.to(torch.get_default_dtype()))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, d)."""
        spread(query, x)  # for its check of the shapes
        check_widths(x, query, input_dim=len(self.x_signs), query_dim=len(self.query_signs))
        dtype = torch.promote_types(torch.promote_types(x.dtype, query.dtype), torch.float32)
        regions = x.to(dtype).reshape(len(x), -1, x.shape[-1])  # (B, L, D)
        of_x = Sketch(self.x_buckets, self.x_signs)
        of_query = Sketch(self.query_buckets, self.query_signs)
        joined = compact_bilinear(regions, query.to(dtype), of_x, of_query, self.output_dim, self.norm)  # (B, L, d)
        return self.dropout(joined.view(*x.shape[:-1], self.output_dim))  # type: ignore[no-any-return]  # nn.Module returns Any
