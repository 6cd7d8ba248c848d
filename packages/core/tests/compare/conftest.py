"""Answers made by hand for the tests of comparisons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from scanpath.compare.answered import Answered

MakeAnswered = Callable[..., Answered]


@pytest.fixture
def make_answered() -> MakeAnswered:
    """Make the answers to N questions about N / 3 pictures; even questions are about one object."""

    def make(scores: Sequence[float], *, mass: Sequence[float] = (), seed: int = 0) -> Answered:
        count = len(scores)
        generator = np.random.default_rng(seed)
        one = np.arange(count) % 2 == 0
        table = np.where(one[:, None], np.tile(np.asarray(mass, dtype=float), (count, 1)), np.nan)
        everywhere = np.full((count, len(mass)), 0.5)
        tested = np.where(np.arange(count) < count // 2, 1.0, np.nan) if mass else np.full(count, np.nan)
        return Answered(
            question_ids=np.arange(count) * 10 + 1,
            image_ids=np.arange(count) // 3,
            question=[f"what, number {number}?" for number in range(count)],
            question_type=["color" if flag else "count" for flag in one],
            answer_type=["other" if flag else "number" for flag in one],
            prediction=[f'the "{number}"' for number in range(count)],
            probability=generator.random(count),
            score=np.asarray(scores, dtype=float),
            chance=np.where(one, 0.05, np.nan),
            score_without_attended=0.25 * tested,
            score_without_random=0.75 * tested,
            maps=tuple(f"hop {number + 1}" for number in range(len(mass))),
            mass=table,
            pointing=np.where(one[:, None], 1.0, np.nan) * np.ones(len(mass)),
            entropy=everywhere,
            area=everywhere,
        )

    return make
