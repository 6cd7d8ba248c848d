"""A family of questions: its meanings, their wordings, and how all of them are answered in many scenes at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.data.scenes.facts import Facts

Ints = npt.NDArray[np.int64]


class Solved(NamedTuple):
    """The answers of M meanings in N scenes."""

    answers: npt.NDArray[np.int8]
    """Numbers of the family's answers, (N, M); -1 where a question has no clear answer and must not be asked."""
    objects: Callable[[int, int], tuple[int, ...]]
    """The objects that a meaning is about in a scene; the one asked about comes first."""


@dataclass(frozen=True)
class Family:
    """One question type."""

    name: str
    """The question type."""
    answer_type: str
    answers: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    """The wordings of each of M meanings, equally many for all."""
    choices: tuple[int, ...]
    """How many answers each meaning can have; chance is one in that many."""
    solve: Callable[[Facts], Solved]


def pointed(answers: list[Ints], chains: list[list[Ints]]) -> Solved:
    """Put columns together for questions that are about one object, reached by way of others.

    Args:
        answers: the answers of each meaning, M arrays (N,).
        chains: for each meaning the objects it is about, arrays (N,), the one asked about first.
    """

    def objects(scene: int, meaning: int) -> tuple[int, ...]:
        return tuple(int(chain[scene]) for chain in chains[meaning])

    return Solved(np.stack(answers, axis=1).astype(np.int8), objects)
