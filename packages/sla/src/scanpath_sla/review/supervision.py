"""Discriminative supervision: each thought guesses which words the caption has.

Source: Yang et al. 2016, Sec. 3.3: the largest score of a word over all review steps, by a margin above every word that
the caption has not; in its code (https://github.com/kimiyoung/review_net) torch's multi-label margin criterion.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from scanpath.data.captions import FIRST_WORD


def word_sets(words: Tensor) -> Tensor:
    """Name each known word of a caption once, in front, and -1 behind: the form of torch's margin loss.

    Args:
        words: Start, words, end, then padding, int64 (B, T + 2).

    Returns:
        int64 (B, T + 2), the known words from the largest number on.
    """
    ordered = words.sort(dim=1, descending=True).values
    again = torch.zeros_like(ordered, dtype=torch.bool)
    again[:, 1:] = ordered[:, 1:] == ordered[:, :-1]
    return ordered.masked_fill(again | (ordered < FIRST_WORD), -1).sort(dim=1, descending=True).values


def discriminative_loss(scores: Tensor, words: Tensor) -> Tensor:
    """1/(B V) sum_b sum_{j in W_b, i not in W_b} max(0, 1 - (s_bj - s_bi)), s = max over steps, W_b the known words.

    Args:
        scores: Of every word at every review step, (B, R, V).
        words: Start, words, end, then padding, int64 (B, T + 2).

    Returns:
        One number.
    """
    best = scores.float().amax(dim=1)  # (B, V)
    sets = word_sets(words)
    room = max(0, best.shape[1] - sets.shape[1])  # torch wants as many targets as scores
    targets = F.pad(sets, (0, room), value=-1)[:, : best.shape[1]]
    return F.multilabel_margin_loss(best, targets)
