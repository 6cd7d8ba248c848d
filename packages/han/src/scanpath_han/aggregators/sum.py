"""The simplest aggregation: the kept cells added up.

Source: HAN, sec. 3.2, "Sum Pooling".
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath_han.checks import check_above_zero
from scanpath_han.ops import summed
from scanpath_han.selection import Selection


class SumPooling(nn.Module):
    """Context = sum_k m_lk over the kept cells, added up in fp32 at least; it has no parameters.

    Args:
        input_dim: d, which is C too.
        query_dim: Q; the question is in m already and is not read again.
        factor: Multiplies the sum; 1 is the paper's. About one over the number of cells keeps the context as small as a
            cell, and what follows learns from the first steps on.
    """

    differentiates_gates = True

    def __init__(self, *, input_dim: int, query_dim: int | None = None, factor: float = 1.0) -> None:
        super().__init__()
        check_above_zero("SumPooling", factor=factor)
        self.input_dim = input_dim
        self.query_dim = query_dim
        self.context_dim = input_dim
        self.factor = factor

    def forward(self, selection: Selection, query: Tensor | None = None) -> Tensor:  # noqa: ARG002 - the protocol's
        """Sum a selection: (B, d), of its cells' type."""
        cells, batch = selection.cells, len(selection.counts)
        counted = cells if selection.gates is None else cells * selection.gates.unsqueeze(1)
        if selection.slots is None:
            return (self.factor * summed(counted, selection.samples, batch)).to(cells.dtype)
        dtype = torch.promote_types(cells.dtype, torch.float32)
        total = counted.view(batch, selection.slots, cells.shape[1]).sum(1, dtype=dtype)
        return (self.factor * total).to(cells.dtype)
