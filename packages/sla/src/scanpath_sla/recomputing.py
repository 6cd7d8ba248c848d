"""Activation checkpointing in parts of a batch: what a part computed is forgotten, and computed again when asked for.

Samples know nothing of each other, so the memory of a backward pass is that of one part, beside inputs and results.
Checkpointing layer by layer would keep every s^(t), since the next layer reads it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

Parts = tuple[Tensor | None, ...]


def in_parts(call: Callable[..., tuple[Tensor, ...]], given: Parts, size: int | None) -> tuple[Tensor, ...]:
    """Call with ``size`` samples at a time, each checkpointed, where a backward pass may follow.

    Args:
        call: From tensors, or None in their place, of B rows each, to tensors of B rows each.
        given: Its arguments.
        size: Samples of a part; None calls once and keeps everything.
    """
    rows = max(len(one) for one in given if one is not None)
    if size is None or not torch.is_grad_enabled() or rows == 0:
        return call(*given)
    parts = -(-rows // size)
    split = [[None] * parts if one is None else torch.split(one, size) for one in given]
    found = [checkpoint(call, *part, use_reentrant=False) for part in zip(*split, strict=True)]
    return tuple(torch.cat(each) for each in zip(*found, strict=True))
