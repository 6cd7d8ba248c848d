"""Answers that come in parts, from batches and processes, joined by question id before anything is scored."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scanpath.errors import DataError
from scanpath.metrics.vqa import VQAScorer, VQAScores, few


class VQAAccumulator:
    """A union of ``question id -> answer``; the score of the union is exact under any batch size and process count.

    A question that two processes answered alike (samplers pad the last batch) counts once; one that they answered
    differently is an error, since no choice between the two would be right.

    Example:
        >>> first, second = VQAAccumulator(), VQAAccumulator()
        >>> first.add({1: "yes"})
        >>> second.add({1: "yes", 2: "no"})
        >>> first.merge(second)
        >>> dict(first.answers)
        {1: 'yes', 2: 'no'}
    """

    def __init__(self) -> None:
        self._answers: dict[int, str] = {}

    @property
    def answers(self) -> Mapping[int, str]:
        """The union so far."""
        return MappingProxyType(self._answers)

    def add(self, answers: Mapping[int, str]) -> None:
        """Join a part.

        Raises:
            DataError: questions of the part that are known with another answer; nothing is joined then.
        """
        conflicts = [key for key, answer in answers.items() if self._answers.get(key, answer) != answer]
        if conflicts:
            raise DataError(
                f"two parts answer {few(conflicts)} differently: were they made by the same model and checkpoint?"
            )
        self._answers.update(answers)

    def merge(self, other: VQAAccumulator) -> None:
        """Join all that another process has collected."""
        self.add(other.answers)

    def score(self, scorer: VQAScorer) -> VQAScores:
        """Score the union."""
        return scorer.score(self._answers)
