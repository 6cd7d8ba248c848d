"""The layer as slow plain loops, cell by cell: what tests hold everything else to. Letters as in ``ops``."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def states(
    context: Tensor,
    from_context: Tensor,
    from_state: Tensor,
    constant: Tensor,
    mask: Tensor | None = None,
    *,
    right: bool = False,
) -> Tensor:
    """Give the hidden states of one stream, (B, t, H, W): each cell's from the one beside it and the one above.

    Beside is the left for the left stream and the right for the right one. Arguments as those of ``ops.stream``.
    """
    batch, _, rows, columns = context.shape
    width = from_state.shape[1] // 2
    zero = context.new_zeros(width)
    of_batch = []
    for b in range(batch):
        found: dict[tuple[int, int], tuple[Tensor, Tensor]] = {}
        offset = constant[:, b if constant.shape[1] > 1 else 0]
        for i in range(rows):
            for j in reversed(range(columns)) if right else range(columns):
                beside = found.get((i, j + 1 if right else j - 1), (zero, zero))
                above = found.get((i - 1, j), (zero, zero))
                pushed = from_context @ context[b, :, i, j] + offset
                pushed = pushed + from_state @ torch.cat([beside[0], above[0]])
                o, f, k, g = (pushed[n * width : (n + 1) * width] for n in range(4))
                # Along a row of the skewed map the memory is that of the cell beside.
                memory = torch.sigmoid(f) * beside[1] + torch.sigmoid(k) * torch.tanh(g)
                if mask is not None and not mask[b, i, j]:
                    memory = zero
                found[i, j] = (torch.sigmoid(o) * torch.tanh(memory), memory)
        of_batch.append(
            torch.stack([torch.stack([found[i, j][0] for j in range(columns)], -1) for i in range(rows)], 1)
        )
    return torch.stack(of_batch)


def scan(
    context: Tensor,
    from_context: Tensor,
    from_state: Tensor,
    constant: Tensor,
    heads: Tensor,
    mask: Tensor | None = None,
) -> Tensor:
    """Give what both heads read, (2, B, R, H, W): the right one of the row above, nothing in the first row."""
    read = []
    for side in (0, 1):
        hidden = states(context, from_context[side], from_state[side], constant[side], mask, right=side == 1)
        batch, _, rows, columns = hidden.shape
        cells = [
            [
                [
                    heads[side] @ (hidden[b, :, i - side, j] if i >= side else torch.zeros_like(hidden[b, :, 0, j]))
                    for j in range(columns)
                ]
                for i in range(rows)
            ]
            for b in range(batch)
        ]
        read.append(torch.stack([torch.stack([torch.stack(row, -1) for row in sample], 1) for sample in cells]))
    return torch.stack(read)


def local_context(regions: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Give X^c (B, t, H, W) of regions (B, H, W, D), Eq. 9; weight (t, D, delta, delta), zeros beyond the edge."""
    batch, rows, columns, _ = regions.shape
    reach = weight.shape[-1] // 2
    found = []
    for b in range(batch):
        for i in range(rows):
            for j in range(columns):
                total = bias
                for down in range(-reach, reach + 1):
                    for across in range(-reach, reach + 1):
                        if 0 <= i + down < rows and 0 <= j + across < columns:
                            seen = regions[b, i + down, j + across]
                            total = total + weight[:, :, down + reach, across + reach] @ seen
                found.append(total)
    return torch.stack(found).view(batch, rows, columns, -1).permute(0, 3, 1, 2)


def softplus(raw: Tensor) -> Tensor:
    """Give log(1 + e^raw)."""
    return torch.log1p(torch.exp(raw))


def estimates(read: Tensor, bias: Tensor) -> list[list[tuple[Tensor, Tensor]]]:
    """Give each stream's mean and deviation of each map m, rows 2m and 2m + 1 of read (2, B, 2M, H, W) and bias."""
    maps = read.shape[2] // 2
    return [
        [
            (read[s, :, 2 * m] + bias[s, 2 * m], softplus(read[s, :, 2 * m + 1] + bias[s, 2 * m + 1]) + 1e-4)
            for m in range(maps)
        ]
        for s in (0, 1)
    ]


def independent(left: tuple[Tensor, Tensor], right: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Multiply two Gaussian densities by their precisions."""
    one, other = 1 / left[1] ** 2, 1 / right[1] ** 2
    return (left[0] * one + right[0] * other) / (one + other), torch.sqrt(1 / (one + other))


def learned(
    left: tuple[Tensor, Tensor], right: tuple[Tensor, Tensor], weight: Tensor, bias: Sequence[Tensor] | Tensor
) -> tuple[Tensor, Tensor]:
    """Combine by a layer of 4 x 2 weights."""
    four = (*left, *right)
    mean = sum((w * one for w, one in zip(weight[0], four, strict=True)), start=bias[0])
    raw = sum((w * one for w, one in zip(weight[1], four, strict=True)), start=bias[1])
    assert isinstance(mean, Tensor) and isinstance(raw, Tensor)  # noqa: S101, PT018 - sum's type says int too
    return mean, softplus(raw) + 1e-4
