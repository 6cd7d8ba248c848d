"""The area under the ROC curve of a map over cells, against masks that cover cells in part.

Letters: B maps of K cells; ``positive`` and ``negative`` (B, K), how much of each cell is what a map should find and
how much is not. With shares of a cell's area, a pixel of one kind is held against a pixel of the other, each scored by
its cell; with 0 and 1 it is the usual area over cells.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from scanpath.errors import ShapeError


def auc(scores: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    """Give the chance that a positive place scores above a negative one, and half of that of a tie: exact, in fp64.

    Source: the Mann-Whitney statistic over its largest value, which is the area under the ROC curve by trapezia (Hanley
    and McNeil 1982).

    Args:
        scores: (B, K), any finite numbers.
        positive: (B, K), none below 0.
        negative: (B, K), likewise.

    Returns:
        (B,) in [0, 1], 0.5 for a map that tells nothing; NaN where either kind is absent.

    Raises:
        ShapeError: Sizes that differ, or scores that are not finite.
    """
    if not scores.shape == positive.shape == negative.shape or scores.dim() != 2:
        sizes = " and ".join(str(tuple(part.shape)) for part in (scores, positive, negative))
        raise ShapeError(f"scores and both kinds of places have the shapes {sizes}, expected (B, K) for each.")
    if not scores.isfinite().all():
        raise ShapeError("a map holds NaN or infinite scores, expected finite ones: look at the network.")
    positive, negative = positive.double(), negative.double()
    ordered, places = scores.sort(1)
    lowest = F.pad(negative.gather(1, places).cumsum(1), (1, 0))  # (B, K + 1), the negatives in the n lowest cells
    below = lowest.gather(1, torch.searchsorted(ordered, scores.contiguous()))  # (B, K)
    up_to = lowest.gather(1, torch.searchsorted(ordered, scores.contiguous(), right=True))  # (B, K), with ties
    above = (positive * (below + up_to) / 2).sum(1)
    return above / (positive.sum(1) * negative.sum(1))


def best_auc(positive: Tensor, negative: Tensor) -> Tensor:
    """Give the largest area that any map over these cells has, (B,): below 1 where a cell is partly of each kind.

    No score orders places better than the share of positives among them (Neyman and Pearson 1933).
    """
    positive, negative = positive.double(), negative.double()
    whole = positive + negative
    return auc(torch.where(whole > 0, positive / whole, 0), positive, negative)
