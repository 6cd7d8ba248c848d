"""The simplest aggregation: the kept cells added up.

Source: HAN, sec. 3.2, "Sum Pooling".
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath_han.ops import summed
from scanpath_han.selection import Selection


class SumPooling(nn.Module):
    """Context = sum_k m_lk over the kept cells; it has no parameters.

    Args:
        input_dim: d, which is C too.
        query_dim: Q; the question is in m already and is not read again.
    """

    differentiates_gates = True

    def __init__(self, *, input_dim: int, query_dim: int | None = None) -> None:
        super().__init__()
        self.input_dim = input_dim
        self.query_dim = query_dim
        self.context_dim = input_dim

    def forward(self, selection: Selection, query: Tensor | None = None) -> Tensor:  # noqa: ARG002 - the protocol's
        """Sum a selection: (B, d)."""
        cells = selection.cells if selection.gates is None else selection.cells * selection.gates.unsqueeze(1)
        if selection.slots is not None:
            return cells.view(-1, selection.slots, cells.shape[1]).sum(1)  # (B, k, d) -> (B, d)
        return summed(cells, selection.samples, len(selection.counts))
