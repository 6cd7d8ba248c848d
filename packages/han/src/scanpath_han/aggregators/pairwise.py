"""Every kept cell looks at all kept cells, and what they find is added up.

Source: HAN, sec. 3.2, Eq. 7, "Non-local Pairwise Operator"; 2 heads of width 512 (sec. 4.5).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_positive
from scanpath.errors import ConfigError
from scanpath_han.checks import check_above_zero, is_number
from scanpath_han.ops import pairwise
from scanpath_han.selection import Selection


class PairwiseOperator(nn.Module):
    """Context = sum_l x~_l, x~_l = sum_j softmax_j(q_l . k_j) v_j with q, k, v = W_q m, W_k m, W_v m in each head.

    Read thus: the heads' results stand side by side; no bias, no residual, no projection behind them and no scale,
    since the equation has none.

    Samples that keep equally many cells are computed together, so the pairs cost what they are and no padding is
    computed. On one core, for 64 samples that keep 1 to 31 of 64 cells, padding to the longest took 2.0 times as long
    and torch's nested tensors 4.7 times; where one sample keeps all cells and the others 8, 9.9 and 14 times. That was
    a CPU: on a GPU, where a call for each length may cost more than it saves, nothing was measured. Under
    ``torch.compile`` packed samples are padded to all w * h cells, since a graph cannot group by numbers that it learns
    late.

    Args:
        input_dim: d.
        query_dim: Q; the question is in m already and is not read again.
        heads: How many heads.
        head_dim: Width of each; C = heads * head_dim.
        scale: Factor of the products q . k; 1 / sqrt(head_dim) is the Transformer's.
        factor: Multiplies the sum, as in :class:`SumPooling`.
    """

    differentiates_gates = False

    def __init__(
        self,
        *,
        input_dim: int,
        query_dim: int | None = None,
        heads: int = 2,
        head_dim: int = 512,
        scale: float = 1.0,
        factor: float = 1.0,
    ) -> None:
        super().__init__()
        check_positive("PairwiseOperator", input_dim=input_dim, heads=heads, head_dim=head_dim)
        if not is_number(scale):
            raise ConfigError(f"PairwiseOperator got scale={scale!r}, expected a number: 1.0 is the paper's.")
        check_above_zero("PairwiseOperator", factor=factor)
        self.query_dim = query_dim
        self.heads = heads
        self.scale = scale
        self.factor = factor
        self.context_dim = heads * head_dim
        self.queries = nn.Linear(input_dim, self.context_dim, bias=False)  # W_q
        self.keys = nn.Linear(input_dim, self.context_dim, bias=False)  # W_k
        self.values = nn.Linear(input_dim, self.context_dim, bias=False)  # W_v

    def forward(self, selection: Selection, query: Tensor | None = None) -> Tensor:  # noqa: ARG002 - the protocol's
        """Aggregate a selection: (B, C)."""
        cells = selection.cells
        parts = (part(cells) for part in (self.queries, self.keys, self.values))  # (N, C) each
        sides = [
            part.view(len(cells), self.heads, self.context_dim // self.heads) for part in parts
        ]  # (N, heads, e) each
        if selection.slots is not None:
            return self._together(sides, selection.slots)
        if torch.compiler.is_compiling():
            return self._padded(sides, selection)
        return self._by_length(sides, selection.counts)

    def _together(self, sides: list[Tensor], length: int, real: Tensor | None = None) -> Tensor:
        """Compute samples of one length: sides (B * length, heads, e) -> (B, C)."""
        batch = len(sides[0]) // length
        queries, keys, values = (side.view(batch, length, *side.shape[1:]) for side in sides)  # (B, length, heads, e)
        return self.factor * pairwise(queries, keys, values, real, scale=self.scale)

    def _by_length(self, sides: list[Tensor], counts: tuple[int, ...]) -> Tensor:
        parts = [torch.split(side, list(counts)) for side in sides]
        groups: dict[int, list[int]] = {}
        for sample, count in enumerate(counts):
            groups.setdefault(count, []).append(sample)
        nothing = torch.cat([side[:0] for side in sides]).sum(0).flatten()  # (C,), 0 that hangs on every weight
        found = dict.fromkeys(groups.pop(0, []), nothing)  # samples without a real cell
        for count, members in groups.items():
            group = [torch.cat([part[sample] for sample in members]) for part in parts]  # (members * count, heads, e)
            found.update(zip(members, self._together(group, count), strict=True))
        return torch.stack([nothing, *(found[sample] for sample in range(len(counts)))])[1:]  # a batch of none too

    def _padded(self, sides: list[Tensor], selection: Selection) -> Tensor:
        """Compute all samples at the size of the picture: a compiled graph cannot group by numbers it learns late."""
        batch, length, places = len(selection.counts), selection.presence.shape[1:].numel(), selection.places()
        spread = [side.new_zeros(batch * length, *side.shape[1:]).index_copy(0, places, side) for side in sides]
        return self._together(spread, length, selection.weights().flatten(1) > 0)
