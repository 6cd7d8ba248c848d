"""Losses against the ten answers that people gave: their histogram, one drawn of them, the most common, or each.

``answers (B, R)`` are numbers of answers, negative where an answer is outside the vocabulary or absent; ``logits
(B, A)``. A question without a known answer has no say. Sources: histogram, DRAU's published code; drawing in
proportion to the counts, DRAU, section 4 (after MCB).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from scanpath.tasks.vqa.batch import NO_ANSWER


def soft_loss(logits: Tensor, answers: Tensor) -> Tensor:
    """Cross entropy against the histogram of the known answers, averaged over the questions: a scalar."""
    known = answers >= 0
    log_probability = F.log_softmax(logits.float(), dim=1).gather(1, answers.clamp(min=0))  # (B, R)
    count = known.sum(dim=1)  # (B,)
    each = -(log_probability * known).sum(dim=1) / count.clamp(min=1)  # (B,)
    return each.sum() / (count > 0).sum().clamp(min=1)


def sampled_loss(logits: Tensor, answers: Tensor) -> Tensor:
    """Cross entropy against one of the known answers, drawn anew at every call: a scalar."""
    chance = torch.rand(answers.shape, device=answers.device).masked_fill(answers < 0, -1.0)
    return soft_loss(logits, answers.gather(1, chance.argmax(dim=1, keepdim=True)))


def mode_loss(logits: Tensor, answers: Tensor) -> Tensor:
    """Cross entropy against the most common known answer, of equals the one with the lowest number: a scalar."""
    count = (answers[:, :, None] == answers[:, None, :]).sum(dim=2)  # (B, R)
    rank = count * (logits.shape[1] + 1) - answers  # a higher count first, then a lower number
    return soft_loss(logits, answers.gather(1, rank.masked_fill(answers < 0, -1).argmax(dim=1, keepdim=True)))


def multilabel_loss(logits: Tensor, answers: Tensor) -> Tensor:
    """Binary cross entropy of every answer of the vocabulary, 1 for each known one that somebody gave: a scalar.

    Summed over the answers, averaged over the questions. Source: DRAU, section 4.4, "all available annotations at each
    training iteration", which gives no formula.
    """
    known = answers >= 0
    given = torch.zeros(logits.shape, device=logits.device)  # (B, A), in fp32 like what follows
    given = given.scatter_reduce(1, answers.clamp(min=0), known.to(given), "amax")
    each = F.binary_cross_entropy_with_logits(logits.float(), given, reduction="none").sum(dim=1)  # (B,)
    counts = known.any(dim=1)  # (B,)
    return (each * counts).sum() / counts.sum().clamp(min=1)


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "soft": soft_loss,
    "sampled": sampled_loss,
    "mode": mode_loss,
    "multilabel": multilabel_loss,
}


def batch_accuracy(logits: Tensor, answers: Tensor) -> Tensor:
    """VQA accuracy of a batch by the numbers of the answers, in percent: a curve to watch, not a measure.

    Source: VQA evaluator, mean over the answers of min(1, matches among the others / 3); for k matches of n.
    """
    given = (answers != NO_ANSWER).sum(dim=1)  # (B,)
    matches = (answers == logits.argmax(dim=1, keepdim=True)).sum(dim=1)  # (B,)
    inside = matches * ((matches - 1) / 3).clamp(min=0, max=1)
    outside = (given - matches) * (matches / 3).clamp(max=1)
    return 100 * ((inside + outside) / given.clamp(min=1)).mean()
