"""Errors of a classifier: how often the true class is not among the k that it thinks likeliest.

Source: Russakovsky et al. 2015, "ImageNet Large Scale Visual Recognition Challenge", section 4.1, with one true class a
picture. What is kept of a picture is the rank of its true class, a whole number: errors of any k are exact from it, in
any batch size and number of processes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from scanpath.errors import ConfigError, DataError, ShapeError


def true_ranks(logits: Tensor, labels: Tensor) -> Tensor:
    """Count the classes that are ranked before the true one.

    Of equal scores the class of the smaller number comes first, so that a classifier that always says the same is not
    right about everything. NaN beats nothing and is beaten by everything.

    Args:
        logits: any scores of N classes, (B, N).
        labels: numbers of the true classes, (B,).

    Returns:
        int64 (B,), 0 where the true class comes first.

    Raises:
        ShapeError: labels that are not one a row.
        DataError: a label that is no class.
    """
    if logits.dim() != 2 or labels.shape != logits.shape[:1]:
        raise ShapeError(f"scores {tuple(logits.shape)} with labels {tuple(labels.shape)}: expected (B, N) and (B,).")
    classes = torch.arange(logits.shape[1], device=logits.device)
    strange = labels[(labels < 0) | (labels >= len(classes))]
    if len(strange):
        raise DataError(f"a label is {int(strange[0])}, expected 0 to {len(classes) - 1}, a number of a class.")
    own = logits.gather(1, labels[:, None].long())  # (B, 1)
    behind = (logits < own) | ((logits == own) & (classes >= labels[:, None]))  # the true class itself among them
    behind |= logits.isnan() & ~own.isnan()
    return torch.where(own.isnan().squeeze(1), len(classes) - 1, (~behind).sum(1))


def top_error(ranks: Tensor, k: int = 1) -> float:
    """Give the top-k error in percent: the share of pictures whose true class is not among the first ``k``.

    Args:
        ranks: what :func:`true_ranks` gave for every picture, (B,), in any order.
        k: 1 and 5 in the literature.

    Raises:
        ConfigError: k below 1, or no pictures.

    Example:
        >>> top_error(true_ranks(torch.tensor([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]]), torch.tensor([2, 0])))
        50.0
    """
    if k < 1 or not len(ranks):
        raise ConfigError(f"the top-{k} error of {len(ranks)} pictures was asked for, expected k and pictures from 1.")
    return 100 * int((ranks >= k).sum()) / len(ranks)
