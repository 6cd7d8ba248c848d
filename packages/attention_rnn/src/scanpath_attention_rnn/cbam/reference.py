"""CBAM as slow plain loops, cell by cell and channel by channel: what tests hold everything else to."""

from __future__ import annotations

import torch
from torch import Tensor


def describe_channels(regions: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Give mean and largest value of each channel over the real cells of grids (B, H, W, D): (B, D) each."""
    means, most = [], []
    for b in range(len(regions)):
        cells = [
            regions[b, i, j]
            for i in range(regions.shape[1])
            for j in range(regions.shape[2])
            if mask is None or mask[b, i, j]
        ]
        nothing = regions.new_zeros(regions.shape[3])
        for d in range(regions.shape[3]):
            column = [cell[d] for cell in cells]
            means.append(sum(column, start=nothing[d]) / max(len(column), 1))
            most.append(_largest(column) if column else nothing[d])
    return torch.stack(means).view(len(regions), -1), torch.stack(most).view(len(regions), -1)


def _largest(numbers: list[Tensor]) -> Tensor:
    return numbers[max(range(len(numbers)), key=lambda n: float(numbers[n].detach()))]


def channel_gate(regions: Tensor, one: tuple[Tensor, Tensor], two: tuple[Tensor, Tensor]) -> Tensor:
    """Give M_c of grids (B, H, W, D): (B, D); ``one`` and ``two`` are weight and bias of the MLP's layers."""
    found = []
    for mean, most in zip(*describe_channels(regions), strict=True):
        scores = []
        for pooled in (mean, most):
            hidden = one[0] @ pooled + one[1]
            scores.append(two[0] @ torch.where(hidden > 0, hidden, 0) + two[1])
        found.append(1 / (1 + torch.exp(-(scores[0] + scores[1]))))
    return torch.stack(found)


def convolved_cells(regions: Tensor, weight: Tensor) -> Tensor:
    """Give K * [max, mean] of grids (B, H, W, D): (B, H, W); weight (1, 2, k, k), zeros beyond the edge."""
    batch, rows, columns, width = regions.shape
    reach = weight.shape[-1] // 2
    found = []
    for b in range(batch):
        pooled = [[(_largest(list(cell)), sum(cell) / width) for cell in row] for row in regions[b]]
        for i in range(rows):
            for j in range(columns):
                total = regions.new_zeros(())
                for down in range(-reach, reach + 1):
                    for across in range(-reach, reach + 1):
                        if 0 <= i + down < rows and 0 <= j + across < columns:
                            most, mean = pooled[i + down][j + across]
                            kernel = weight[0, :, down + reach, across + reach]
                            total = total + kernel[0] * most + kernel[1] * mean
                found.append(total)
    return torch.stack(found).view(batch, rows, columns)


def normalised(scores: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Normalise scores (B, H, W) by the mean and the biased deviation of all of them, as training does."""
    numbers = list(scores.flatten())
    mean = sum(numbers, start=scores.new_zeros(())) / len(numbers)
    variance = sum(((one - mean) ** 2 for one in numbers), start=scores.new_zeros(())) / len(numbers)
    return (scores - mean) / torch.sqrt(variance + 1e-5) * weight + bias
