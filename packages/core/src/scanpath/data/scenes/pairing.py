"""Complementary pairs and changing priors: what is made of the questions of a whole split."""

from __future__ import annotations

import collections
from collections.abc import Iterator, Sequence

from scanpath.data.scenes.randomness import Draws
from scanpath.data.split import VQAAnnotations

#: Of a hundred questions with a favoured and with another answer, how many train; answers of a type take turns.
_TO_TRAIN = (95, 35)


def complementary_pairs(
    questions: Sequence[str], answers: Sequence[str], ids: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Pair questions of the same words and different answers, each at most once.

    The two most frequent open answers are paired first, so as few as possible stay alone.
    """
    by_text: dict[str, dict[str, list[int]]] = {}
    for text, answer, number in zip(questions, answers, ids, strict=True):
        by_text.setdefault(text, {}).setdefault(answer, []).append(number)
    for groups in by_text.values():
        while len(groups) > 1:
            first, second = sorted(groups, key=lambda answer: (-len(groups[answer]), answer))[:2]
            yield groups[first].pop(0), groups[second].pop(0)
            for answer in (first, second):
                if not groups[answer]:
                    del groups[answer]


def deal_changing_priors(annotations: VQAAnnotations, draws: Draws) -> dict[str, list[int]]:
    """Deal questions to ``train`` and ``test`` so that within each type their answers are distributed differently.

    In the spirit of VQA-CP: half of a type's answers go nearly all to train, the others mostly to test. The published
    procedure (:mod:`scanpath.data.changing_priors`) leaves no answer of a type in both splits; with the two answers of
    many types here, a model that reads the question only would be right never or always.

    Returns:
        rows by split.
    """
    counts = collections.Counter(zip(annotations.question_types, annotations.modal, strict=True))
    share: dict[tuple[str, str], int] = {}
    for kind in sorted(set(annotations.question_types)):
        answers = sorted(answer for of, answer in counts if of == kind)
        turn = draws.below(2)
        while answers:
            answer = answers.pop(draws.below(len(answers)))
            share[kind, answer] = _TO_TRAIN[turn]
            turn = 1 - turn
    rows: dict[str, list[int]] = {"train": [], "test": []}
    for row, key in enumerate(zip(annotations.question_types, annotations.modal, strict=True)):
        rows["train" if draws.below(100) < share[key] else "test"].append(row)
    return rows
