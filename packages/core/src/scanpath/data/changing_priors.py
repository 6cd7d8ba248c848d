"""Dealing questions out so that each type's answers differ between train and test, while train knows test's concepts.

Source: the procedure of Agrawal et al., "Don't Just Assume; Look and Answer", https://arxiv.org/abs/1712.00377,
Section 3. Questions of one type and one ground-truth answer are a group, and a group's concepts are the words of both.
The groups are gone through: one that is in neither split yet goes to test, and after it the group that covers most of
the concepts that test has and train lacks goes to train. When test has about a third of the questions, the rest is
train's. No question type and answer stand in both splits.

What the text leaves open is decided here, so lists made here are not the authors': the groups come in an order of
hashes, which the seed changes; of groups that cover as many, one of the type that test was just given is taken, so
that train meets every type that test asks about, and else the first in that order; where none covers anything, train
gets none; a group goes to test only where that brings test nearer to its share, which a common answer
that comes late would overshoot.
"""

from __future__ import annotations

import collections
import hashlib
import heapq
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.errors import ConfigError

Group = tuple[str, str]
"""A question type and an answer."""

TEST_SHARE = 1 / 3
TOP = 1000
"""How many of test's most frequent answers are looked for in train."""


def concepts(group: Group) -> set[str]:
    """Return the words of a question type and an answer, in lower case."""
    return {word for text in group for word in text.lower().split()}


def deal(
    question_types: Sequence[str], answers: Sequence[str], *, test_share: float = TEST_SHARE, seed: int = 0
) -> npt.NDArray[np.bool_]:
    """Deal N questions out by the published procedure.

    Args:
        question_types: N types.
        answers: N ground-truth answers, the most frequent one of each question.
        test_share: which part of the questions test is to have, between 0 and 1.
        seed: decides the order of the groups.

    Returns:
        (N,), True where a question goes to test.

    Raises:
        ConfigError: the share is no part of the whole.
    """
    if not 0 < test_share < 1:
        raise ConfigError(f"a test split of {test_share} of the questions was asked for, expected between 0 and 1.")
    pairs = list(zip(question_types, answers, strict=True))
    sizes = collections.Counter(pairs)
    order = sorted(sizes, key=lambda group: hashlib.sha256(repr((seed, *group)).encode()).digest())
    in_test = _Dealer(order).to_test([sizes[group] for group in order], test_share * len(pairs))
    chosen = {group for group, is_test in zip(order, in_test, strict=True) if is_test}
    return np.fromiter((pair in chosen for pair in pairs), dtype=np.bool_, count=len(pairs))


_Heap = list[tuple[int, int]]  # (-gain, group); entries may be out of date
_NEW, _WANTED, _COVERED = range(3)  # what is known of a concept: in neither split, only in test, in train


class _Dealer:
    """Keeps, for every group that is in neither split, how many concepts it has that test has and train lacks.

    A concept is wanted once and covered once, so that all updates together take as long as reading all groups twice.
    """

    def __init__(self, order: Sequence[Group]) -> None:
        self._types = [kind for kind, _ in order]
        self._words = [sorted(concepts(group)) for group in order]
        self._holders: dict[str, list[int]] = {}
        for number, words in enumerate(self._words):
            for word in words:
                self._holders.setdefault(word, []).append(number)
        self._state = dict.fromkeys(self._holders, _NEW)
        self._gain = [0] * len(order)
        self._dealt = [False] * len(order)
        self._best: _Heap = []
        self._best_of_type: dict[str, _Heap] = {kind: [] for kind in self._types}

    def to_test(self, sizes: Sequence[int], wanted: float) -> list[bool]:
        """Deal all groups out; tell which are test's."""
        in_test, held = [False] * len(sizes), 0
        for number, size in enumerate(sizes):
            if self._dealt[number] or abs(held + size - wanted) >= abs(held - wanted):
                continue
            in_test[number], held = True, held + size
            self._dealt[number] = True
            self._want(number)
            self._cover(self._pick(self._types[number]))
        return in_test

    def _want(self, number: int) -> None:
        for word in self._words[number]:
            if self._state[word] == _NEW:
                self._state[word] = _WANTED
                for holder in self._holders[word]:
                    self._gain[holder] += 1
                    if not self._dealt[holder]:
                        for heap in (self._best, self._best_of_type[self._types[holder]]):
                            heapq.heappush(heap, (-self._gain[holder], holder))

    def _pick(self, kind: str) -> int | None:
        """Take the group that covers the most, of several one of ``kind``; None if none is left that covers any."""
        best, of_type = self._top(self._best), self._top(self._best_of_type[kind])
        if of_type is not None and best is not None and self._gain[of_type] == self._gain[best]:
            return of_type
        return best

    def _top(self, heap: _Heap) -> int | None:
        """Return a heap's first group, once what is out of date above it is gone."""
        while heap:
            gain, number = heap[0]
            now = 0 if self._dealt[number] else self._gain[number]
            if now == -gain:
                return number
            heapq.heappop(heap)
            if now:
                heapq.heappush(heap, (-now, number))
        return None

    def _cover(self, number: int | None) -> None:
        if number is None:
            return
        self._dealt[number] = True
        for word in self._words[number]:
            if self._state[word] == _WANTED:
                for holder in self._holders[word]:
                    self._gain[holder] -= 1
            self._state[word] = _COVERED


class Shift(NamedTuple):
    """How train and test differ; parts of 1."""

    by_type: Mapping[str, float]
    """How much of a type's answers would have to change for train to have test's distribution (total variation)."""
    only_train: list[str]
    """Types that test does not ask about."""
    only_test: list[str]
    """Types that train does not know."""
    concepts: float
    """How many of test's concepts train has."""
    answers: float
    """How many of test's :data:`TOP` most frequent answers train has."""


def shift(question_types: Sequence[str], answers: Sequence[str], in_test: npt.NDArray[np.bool_]) -> Shift:
    """Measure how a split changes the priors, and what of test train knows.

    Args:
        question_types: N types.
        answers: N ground-truth answers.
        in_test: (N,), True where a question is test's; both splits hold some.
    """
    sides = [collections.Counter[Group](), collections.Counter[Group]()]
    for pair, is_test in zip(zip(question_types, answers, strict=True), in_test.tolist(), strict=True):
        sides[is_test][pair] += 1
    per_type = [_by_type(side) for side in sides]
    both = sorted(per_type[0].keys() & per_type[1].keys())
    words = [{word for group in side for word in concepts(group)} for side in sides]
    known = {answer for _, answer in sides[0]}
    of_test = collections.Counter[str]()
    for (_, answer), count in sides[1].items():
        of_test[answer] += count
    top = sorted(of_test, key=lambda answer: (-of_test[answer], answer))[:TOP]
    return Shift(
        by_type={kind: _moved(per_type[0][kind], per_type[1][kind]) for kind in both},
        only_train=sorted(per_type[0].keys() - per_type[1].keys()),
        only_test=sorted(per_type[1].keys() - per_type[0].keys()),
        concepts=len(words[0] & words[1]) / max(1, len(words[1])),
        answers=sum(answer in known for answer in top) / max(1, len(top)),
    )


def _by_type(side: Mapping[Group, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (kind, answer), count in side.items():
        found.setdefault(kind, {})[answer] = count
    return found


def _moved(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Return the total variation of two distributions; in whole numbers, so that 1 is 1."""
    totals = sum(one.values()), sum(other.values())
    apart = sum(
        abs(one.get(answer, 0) * totals[1] - other.get(answer, 0) * totals[0]) for answer in one.keys() | other.keys()
    )
    return apart / (2 * totals[0] * totals[1])
