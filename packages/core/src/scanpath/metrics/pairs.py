"""Accuracy on complementary pairs: is a question answered by looking, or by what is usually right?

A pair (Goyal et al., https://arxiv.org/abs/1612.00837) asks one question of two pictures whose answers differ, so who
does not look says the same twice and is right once at most. The official evaluator has no measure of it; the reading
here is that a pair is right where both of its answers are: of accuracies between 0 and 1 it has the smaller one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scanpath.errors import DataError
from scanpath.metrics.answers import normalise
from scanpath.metrics.vqa import VQAScorer, few


class PairScores(NamedTuple):
    """What is measured on pairs, in percent."""

    pairs: int
    both_right: float
    """The mean over pairs of the smaller accuracy; where answers are right or wrong, how often both are right."""
    same_answer: float
    """How often both questions were given one answer, which fits one of them at most."""


def score_pairs(scorer: VQAScorer, predictions: Mapping[int, str], pairs: Sequence[Sequence[int]]) -> PairScores:
    """Score answers on pairs of questions.

    Args:
        scorer: knows what people answered to all of the questions.
        predictions: an answer by question id.
        pairs: (N, 2), question ids.

    Raises:
        DataError: there is no pair, or a question of one has no answer.
    """
    asked = {key for pair in pairs for key in pair}
    if not asked:
        raise DataError("there are no complementary pairs to score: give the file of the split, whole.")
    if missing := asked - predictions.keys():
        raise DataError(f"the results lack {few(missing)} of complementary pairs: answer every question once.")
    accuracies = {key: scorer.accuracy(key, predictions[key]) for key in asked}
    smaller = [min(accuracies[one], accuracies[other]) for one, other in pairs]
    same = [normalise(predictions[one]) == normalise(predictions[other]) for one, other in pairs]
    return PairScores(
        len(smaller),
        round(100 * math.fsum(smaller) / len(smaller), 2),
        round(100 * sum(same) / len(same), 2),
    )
