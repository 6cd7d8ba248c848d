"""The Triton kernels as one differentiable operator: from what cells are pushed by to the states of both streams."""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from scanpath.errors import ConfigError
from scanpath.method import Kernel
from scanpath_attention_rnn.ops import shift_down

KERNEL = Kernel(
    needs="triton",
    asked_by="kernel='triton' of attention_rnn",
    command="scanpath bench cost --method attention_rnn --device cuda",
)
OPERATOR = "scanpath_attention_rnn::states"


@functools.cache
def _kernels() -> Any:
    try:
        from scanpath_attention_rnn import kernels
    except ImportError:
        raise ConfigError(
            "kernel='triton' was asked for and Triton is not installed: pip install triton (Linux), or leave "
            "kernel='sweep'."
        ) from None
    return kernels


def scan_by_kernel(
    context: Tensor,
    from_context: Tensor,
    from_state: Tensor,
    bias: Tensor,
    heads: Tensor,
    constant: Tensor | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """Run both streams on a GPU; arguments and result as of :func:`scanpath_attention_rnn.scan.scan`.

    What is pushed is computed in the arguments' precision, states and memories in single precision.

    Raises:
        ConfigError: Triton is missing, or a state or a map is larger than the kernel's tiles.
    """
    batch, _, rows, columns = context.shape
    t = heads.shape[2]
    _refuse(rows, t)
    pushed = torch.einsum("sgf,bfhw->sbhwg", from_context, context) + bias[:, None, None, None]
    if constant is not None:
        pushed = pushed + constant.transpose(1, 2)[:, :, None, None]
    real = None if mask is None else mask.reshape(batch, rows * columns).to(torch.int8).contiguous()
    cells = pushed.float().reshape(2, batch, rows * columns, 4 * t).contiguous()
    found: Tensor = _states(cells, from_state.float().contiguous(), real, rows, columns)[0]
    read = torch.unflatten(torch.einsum("srt,sbct->sbrc", heads, found.to(heads.dtype)), 3, (rows, columns))
    return torch.stack([read[0], shift_down(read[1])]).to(context.dtype)


def _refuse(rows: int, hidden: int) -> None:
    kernels = _kernels()
    if hidden > kernels.LARGEST_HIDDEN or rows > kernels.LARGEST_ROWS:
        raise ConfigError(
            f"kernel='triton' was asked for a map of {rows} rows and hidden={hidden}, and has room for "
            f"{kernels.LARGEST_ROWS} rows and hidden={kernels.LARGEST_HIDDEN}: leave kernel='sweep'."
        )


def _sizes(rows: int, hidden: int) -> dict[str, int]:
    least = _kernels().LEAST
    return {
        "ROWS": max(least, 1 << (rows - 1).bit_length()),
        "UNITS": max(least, 1 << (hidden - 1).bit_length()),
    }


@torch.library.custom_op(OPERATOR, mutates_args=())
def _states(
    pushed: Tensor, from_state: Tensor, mask: Tensor | None, rows: int, columns: int
) -> tuple[Tensor, Tensor, Tensor]:
    batch, t = pushed.shape[1], from_state.shape[2] // 2
    gates, memories = torch.empty_like(pushed), pushed.new_empty(2, batch, rows * columns, t)
    states = torch.empty_like(memories)
    _kernels().forward_kernel[batch, 2](
        pushed, from_state, pushed if mask is None else mask, gates, memories, states, rows, columns, t,
        HAS_MASK=mask is not None, **_sizes(rows, t),
    )  # fmt: skip
    return states, gates, memories


@_states.register_fake
def _(
    pushed: Tensor,
    from_state: Tensor,
    mask: Tensor | None,  # noqa: ARG001 - the operator's signature
    rows: int,
    columns: int,
) -> tuple[Tensor, Tensor, Tensor]:
    memories = pushed.new_empty(2, pushed.shape[1], rows * columns, from_state.shape[2] // 2)
    return torch.empty_like(memories), torch.empty_like(pushed), memories


@torch.library.custom_op(OPERATOR + "_backward", mutates_args=())
def _states_backward(
    gradient: Tensor,
    from_state: Tensor,
    mask: Tensor | None,
    gates: Tensor,
    memories: Tensor,
    rows: int,
    columns: int,
) -> Tensor:
    t = memories.shape[3]
    found = torch.empty_like(gates)
    _kernels().backward_kernel[gates.shape[1], 2](
        gradient.contiguous(), from_state, gates if mask is None else mask, gates, memories, found,
        torch.empty_like(memories), rows, columns, t, HAS_MASK=mask is not None, **_sizes(rows, t),
    )  # fmt: skip
    return found


@_states_backward.register_fake
def _(
    gradient: Tensor,  # noqa: ARG001
    from_state: Tensor,  # noqa: ARG001
    mask: Tensor | None,  # noqa: ARG001
    gates: Tensor,
    memories: Tensor,  # noqa: ARG001
    rows: int,  # noqa: ARG001
    columns: int,  # noqa: ARG001
) -> Tensor:
    return torch.empty_like(gates)


def neighbours(states: Tensor, rows: int, columns: int) -> Tensor:
    """Put the state beside each cell and the one above it behind each other, 0 beyond the edge: (2, B, H * W, 2t)."""
    grid = torch.unflatten(states, 2, (rows, columns))
    left = F.pad(grid[0], (0, 0, 1, 0))[:, :, :-1]
    right = F.pad(grid[1], (0, 0, 0, 1))[:, :, 1:]
    above = F.pad(grid, (0, 0, 0, 0, 1, 0))[:, :, :-1]
    return torch.cat([torch.stack([left, right]), above], 4).flatten(2, 3)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor, Tensor]) -> None:
    _, from_state, mask, *size = inputs
    ctx.save_for_backward(from_state, mask, *output)
    ctx.size = size


def _back(ctx: Any, gradient: Tensor, *_kept: Tensor) -> tuple[Tensor | None, ...]:
    from_state, mask, states, gates, memories = ctx.saved_tensors
    pushed = _states_backward(gradient, from_state, mask, gates, memories, *ctx.size)
    weights = torch.einsum("sbcg,sbcn->sgn", pushed, neighbours(states, *ctx.size))
    return pushed, weights, None, None, None


_states.register_autograd(_back, setup_context=_keep)
