"""The fast form of ``ops.scan``: the sweep over the diagonals as one differentiable operator.

It is wrapped twice. In a graph of ``torch.compile`` it has to be an operator; outside it had better be none. What an
operator allocates on its way is hidden from a counter of memory (of a map of 50 x 50 a sixteenth of the peak, of one of
6 x 6 a third), and its products are counted by a formula alone, whose registration imports Triton.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from scanpath_attention_rnn import ops, sweep, sweep_backward
from scanpath_attention_rnn.ops import shift_down
from scanpath_attention_rnn.sweep import Kept

OPERATOR = "scanpath_attention_rnn::sweep"


def scan(
    context: Tensor,
    from_context: Tensor,
    from_state: Tensor,
    bias: Tensor,
    heads: Tensor,
    constant: Tensor | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """Run both streams and read what f_l and f_r say of their states, but for their biases.

    Half precision is computed in full: a state comes from those of up to H + W - 1 steps before. A gradient of the
    gradient is refused; :func:`plain_scan` has one.

    Args:
        context: X^c, (B, F, H, W).
        from_context: K^x of each stream, (2, 4t, F).
        from_state: K^h of each stream, (2, 4t, 2t): the state beside, then the state above.
        bias: Of K^x, (2, 4t).
        heads: f_l and f_r, (2, R, t).
        constant: The query's share of K^x, (2, 4t, B); None for nothing.
        mask: True where a cell is real, (B, H, W).

    Returns:
        (2, B, R, H, W), that of the right stream one row further down.
    """
    dtype = torch.promote_types(context.dtype, torch.float32)
    batch, features, rows, columns = context.shape
    with torch.autocast(context.device.type, enabled=False):
        cells = context.to(dtype).permute(1, 2, 3, 0).reshape(features, rows * columns, batch).contiguous()
        weights = torch.cat([from_context, from_state, bias.unsqueeze(2)], 2).to(dtype)
        pushed = None if constant is None else constant.to(dtype)
        real = None if mask is None else mask.permute(1, 2, 0).reshape(1, rows * columns, batch).to(dtype).contiguous()
        read = _run(cells, weights, heads.to(dtype), pushed, real, rows, columns)
    left, right = torch.unflatten(read, 2, (rows, columns)).permute(0, 4, 1, 2, 3)
    return torch.stack([left, shift_down(right)]).to(context.dtype)


def plain_scan(
    context: Tensor,
    from_context: Tensor,
    from_state: Tensor,
    bias: Tensor,
    heads: Tensor,
    constant: Tensor | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """Do as :func:`scan` does, in full precision too, by the plain form: :func:`scanpath_attention_rnn.ops.scan`."""
    dtype = torch.promote_types(context.dtype, torch.float32)
    with torch.autocast(context.device.type, enabled=False):
        seen, by_context, by_state, pushed, read_by = (
            one.to(dtype) for one in (context, from_context, from_state, bias.unsqueeze(2), heads)
        )
        if constant is not None:
            pushed = pushed + constant.to(dtype)
        return ops.scan(seen, by_context, by_state, pushed, read_by, mask).to(context.dtype)


def _run(
    cells: Tensor, weights: Tensor, heads: Tensor, constant: Tensor | None, mask: Tensor | None, rows: int, columns: int
) -> Tensor:
    leaves = (cells, weights, heads, constant)
    keep = torch.is_grad_enabled() and any(one is not None and one.requires_grad for one in leaves)
    if torch.compiler.is_compiling():  # as one node of the graph: hundreds of diagonals would be unrolled
        compiled: Tensor = _operator(cells, weights, heads, constant, mask, rows, columns, keep)[0]
        return compiled
    if not keep:
        return sweep.forward(cells, weights, heads, rows, columns, constant, mask, keep=False)[0]
    found: Tensor = _Sweep.apply(cells, weights, heads, constant, mask, rows, columns)
    return found


class _Sweep(torch.autograd.Function):
    """The sweep outside of a graph."""

    @staticmethod
    def forward(
        ctx: Any,
        cells: Tensor,
        weights: Tensor,
        heads: Tensor,
        constant: Tensor | None,
        mask: Tensor | None,
        rows: int,
        columns: int,
    ) -> Tensor:
        read, kept = sweep.forward(cells, weights, heads, rows, columns, constant, mask)
        ctx.save_for_backward(cells, weights, heads, *kept, mask)
        ctx.size, ctx.has_constant = (rows, columns), constant is not None
        return read

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        cells, weights, heads, gates, memories, mask = ctx.saved_tensors
        found = sweep_backward.backward(
            gradient, cells, weights, heads, Kept(gates, memories), *ctx.size,
            has_constant=ctx.has_constant, mask=mask,
        )  # fmt: skip
        return *found, None, None, None


@torch.library.custom_op(OPERATOR, mutates_args=())
def _operator(
    cells: Tensor,
    weights: Tensor,
    heads: Tensor,
    constant: Tensor | None,
    mask: Tensor | None,
    rows: int,
    columns: int,
    keep: bool,  # noqa: FBT001 - an operator's arguments have places
) -> tuple[Tensor, Tensor, Tensor]:
    read, kept = sweep.forward(cells, weights, heads, rows, columns, constant, mask, keep=keep)
    return read, *kept


@_operator.register_fake
def _(
    cells: Tensor,
    weights: Tensor,
    heads: Tensor,
    constant: Tensor | None,  # noqa: ARG001 - the operator's signature
    mask: Tensor | None,  # noqa: ARG001
    rows: int,
    columns: int,
    keep: bool,  # noqa: FBT001
) -> tuple[Tensor, Tensor, Tensor]:
    count = 2 * rows * columns * cells.shape[2] if keep else 0
    read = cells.new_empty(2, heads.shape[1], rows * columns, cells.shape[2])
    return read, cells.new_empty(weights.shape[1] * count), cells.new_empty(heads.shape[2] * count)


@torch.library.custom_op(OPERATOR + "_backward", mutates_args=())
def _operator_backward(
    gradient: Tensor,
    cells: Tensor,
    weights: Tensor,
    heads: Tensor,
    gates: Tensor,
    memories: Tensor,
    mask: Tensor | None,
    rows: int,
    columns: int,
    has_constant: bool,  # noqa: FBT001 - an operator's arguments have places
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    kept = Kept(gates, memories)
    found = sweep_backward.backward(
        gradient, cells, weights, heads, kept, rows, columns, has_constant=has_constant, mask=mask
    )
    pushed = cells.new_empty(0) if found.constant is None else found.constant  # an operator always returns tensors
    return found.context, found.weights, found.heads, pushed


@_operator_backward.register_fake
def _(
    gradient: Tensor,  # noqa: ARG001 - the operator's signature
    cells: Tensor,
    weights: Tensor,
    heads: Tensor,
    gates: Tensor,  # noqa: ARG001
    memories: Tensor,  # noqa: ARG001
    mask: Tensor | None,  # noqa: ARG001
    rows: int,  # noqa: ARG001
    columns: int,  # noqa: ARG001
    has_constant: bool,  # noqa: FBT001 - an operator's arguments have places
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    pushed = cells.new_empty((2, weights.shape[1], cells.shape[2]) if has_constant else (0,))
    return torch.empty_like(cells), torch.empty_like(weights), torch.empty_like(heads), pushed


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor, Tensor]) -> None:
    cells, weights, heads, constant, mask, rows, columns, _ = inputs
    ctx.save_for_backward(cells, weights, heads, *output[1:], mask)
    ctx.set_materialize_grads(False)  # nobody differentiates gates and memories: no zeros of their size
    ctx.size, ctx.has_constant = (rows, columns), constant is not None


def _back(ctx: Any, gradient: Tensor, *_kept: Tensor) -> tuple[Tensor | None, ...]:
    found = _operator_backward(gradient, *ctx.saved_tensors, *ctx.size, ctx.has_constant)
    return *found[:3], found[3] if ctx.has_constant else None, None, None, None, None


_operator.register_autograd(_back, setup_context=_keep)
