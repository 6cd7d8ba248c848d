"""The Triton kernels as one differentiable operator: from what cells are pushed by to the states of both streams."""

from __future__ import annotations

import os
from typing import Any

import torch
from torch import Tensor

from scanpath.errors import ConfigError
from scanpath.method import Kernel
from scanpath_attention_rnn.ops import shift_down

KERNEL = Kernel(
    needs="triton",
    asked_by="kernel='triton' of attention_rnn",
    command="scanpath bench cost --method attention_rnn --device cuda",
)
_LARGE = 2048
"""Numbers of a tile from which on eight warps share it."""
OPERATOR = "scanpath_attention_rnn::states"


def load_kernels() -> Any:
    """Import the kernels, and tell torch's counter of operations what they multiply.

    Raises:
        ConfigError: Triton is missing.
    """
    try:
        from scanpath_attention_rnn import flops, kernels  # noqa: F401 - it registers itself
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

    Half precision is computed in full, and double precision in single.

    Raises:
        ConfigError: Triton is missing, the features lie on the CPU, or a state or a map is larger than the tiles.
    """
    batch, _, rows, columns = context.shape
    t = heads.shape[2]
    _refuse(context.device, rows, t)
    dtype = torch.promote_types(context.dtype, torch.float32)
    with torch.autocast(context.device.type, enabled=False):
        offset = bias.to(dtype).unsqueeze(1)
        if constant is not None:
            offset = offset + constant.to(dtype).transpose(1, 2)  # (2, B, 4t)
        cells = context.to(dtype).flatten(2).transpose(1, 2)  # (B, H * W, F)
        pushed = torch.baddbmm(
            offset.expand(2, batch, 4 * t).reshape(2 * batch, 1, 4 * t),
            cells.expand(2, -1, -1, -1).flatten(0, 1),
            from_context.to(dtype).transpose(1, 2).unsqueeze(1).expand(-1, batch, -1, -1).flatten(0, 1),
        ).view(2, batch, rows * columns, 4 * t)
        real = None if mask is None else mask.reshape(batch, rows * columns).to(torch.int8).contiguous()
        given, weights = pushed.float(), from_state.float().contiguous()
        keep = torch.is_grad_enabled() and (given.requires_grad or weights.requires_grad)
        states = _states(given, weights, real, rows, columns, keep)[0].to(dtype)
        read = torch.unflatten(torch.einsum("srt,sbct->sbrc", heads.to(dtype), states), 3, (rows, columns))
    return torch.stack([read[0], shift_down(read[1])]).to(context.dtype)


def check_width(hidden: int) -> None:
    """Refuse a layer that the kernel has no room for, whatever its map.

    Raises:
        ConfigError: Triton is not installed, or ``hidden`` is too wide.
    """
    largest = load_kernels().LARGEST_HIDDEN
    if hidden > largest:
        raise ConfigError(
            f"kernel='triton' has room for hidden={largest}, and the layer has {hidden}: give hidden={largest}, or "
            "leave kernel='sweep'."
        )


def _refuse(device: torch.device, rows: int, hidden: int) -> None:
    kernels = load_kernels()
    if device.type == "cpu" and os.environ.get("TRITON_INTERPRET") != "1":
        raise ConfigError(
            "kernel='triton' was asked for and the features lie on the CPU: move model and features to a GPU, or leave "
            "kernel='sweep'."
        )
    if hidden > kernels.LARGEST_HIDDEN or rows > kernels.LARGEST_ROWS:
        raise ConfigError(
            f"kernel='triton' was asked for a map of {rows} rows and hidden={hidden}, and has room for "
            f"{kernels.LARGEST_ROWS} rows and hidden={kernels.LARGEST_HIDDEN}: leave kernel='sweep'."
        )


def _sizes(rows: int, hidden: int) -> dict[str, int]:
    """Give the tiles of a launch, and how it is compiled.

    One stage: what is read ahead of its turn would be read before it is written. Many warps for large tiles, so that
    they stay in registers (of 64 x 32 on four warps, 6.5 KB a thread did not, by the compiler's count).
    """
    least = load_kernels().LEAST
    tall, wide = (max(least, 1 << (size - 1).bit_length()) for size in (rows, hidden))
    warps = 4 if tall * wide < _LARGE else 8
    return {"ROWS": tall, "UNITS": wide, "num_warps": warps, "num_stages": 1, "enable_fp_fusion": True}


@torch.library.custom_op(OPERATOR, mutates_args=())
def _states(
    pushed: Tensor,
    from_state: Tensor,
    mask: Tensor | None,
    rows: int,
    columns: int,
    keep: bool,  # noqa: FBT001 - an operator's arguments have places
) -> tuple[Tensor, Tensor, Tensor]:
    batch, t = pushed.shape[1], from_state.shape[2] // 2
    states = pushed.new_empty(2, batch, rows * columns, t)
    gates, memories = (torch.empty_like(one) if keep else one.new_empty(0) for one in (pushed, states))
    with torch.cuda.device_of(pushed):  # type: ignore[no-untyped-call] # torch leaves it unannotated
        load_kernels().forward_kernel[batch, 2](
            pushed, from_state, pushed if mask is None else mask, gates, memories, states, rows, columns, t,
            HAS_MASK=mask is not None, KEEP=keep, **_sizes(rows, t),
        )  # fmt: skip
    return states, gates, memories


@_states.register_fake
def _(
    pushed: Tensor,
    from_state: Tensor,
    mask: Tensor | None,  # noqa: ARG001 - the operator's signature
    rows: int,
    columns: int,
    keep: bool,  # noqa: FBT001
) -> tuple[Tensor, Tensor, Tensor]:
    states = pushed.new_empty(2, pushed.shape[1], rows * columns, from_state.shape[2] // 2)
    gates, memories = (torch.empty_like(one) if keep else one.new_empty(0) for one in (pushed, states))
    return states, gates, memories


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
    with torch.cuda.device_of(gates):  # type: ignore[no-untyped-call] # torch leaves it unannotated
        load_kernels().backward_kernel[gates.shape[1], 2](
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
    t = grid.shape[-1]
    found = grid.new_zeros(*grid.shape[:-1], 2 * t)
    beside, above = found[..., :t], found[..., t:]
    beside[0, :, :, 1:] = grid[0, :, :, :-1]
    beside[1, :, :, :-1] = grid[1, :, :, 1:]
    above[:, :, 1:] = grid[:, :, :-1]
    return found.flatten(2, 3)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor, Tensor]) -> None:
    _, from_state, mask, *size, _ = inputs
    ctx.save_for_backward(from_state, mask, *output)
    ctx.set_materialize_grads(False)  # nobody differentiates gates and memories: no zeros of their size
    ctx.size = size


def _back(ctx: Any, gradient: Tensor, *_kept: Tensor) -> tuple[Tensor | None, ...]:
    from_state, mask, states, gates, memories = ctx.saved_tensors
    pushed = _states_backward(gradient, from_state, mask, gates, memories, *ctx.size)
    weights = torch.einsum("sbcg,sbcn->sgn", pushed, neighbours(states, *ctx.size))
    return pushed, weights, None, None, None, None


_states.register_autograd(_back, setup_context=_keep)
