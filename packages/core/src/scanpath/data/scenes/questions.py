"""Which questions are asked: every family's meanings are answered everywhere, then chosen so that answers balance.

For one wording of one meaning ("how big is the red circle?") a split holds each answer equally often, as nearly as
whole numbers allow: of all that could be asked about a picture, that wording is taken whose answer there has been
rarest so far. So the question alone says nothing about its answer, and nearly every question has complementary ones,
the same words about another picture with another answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.data.scenes.amounts import comparing_family, counting_family, existence_family
from scanpath.data.scenes.attributes import attribute_family
from scanpath.data.scenes.facts import Facts
from scanpath.data.scenes.family import Family
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.places import what_family, where_family
from scanpath.data.scenes.randomness import Draws
from scanpath.data.scenes.relations import nearest_family, side_family, two_step_family
from scanpath.data.scenes.world import Scenes

#: What pictures with even and with odd numbers are asked, ten questions each; more or fewer go round again.
_PLAN = (
    ("attribute: color", "attribute: shape", "attribute: size", "existence", "counting", "comparing",
     "relation: nearest", "place: what is there", "two-step", "attribute: color"),
    ("attribute: color", "attribute: shape", "attribute: size", "existence", "counting", "comparing",
     "relation: side", "place: where", "attribute: shape", "attribute: color"),
)  # fmt: skip

QUESTION_TYPES = tuple(sorted({name for names in _PLAN for name in names}))

#: Question types about exactly one object among many: their grounding is that object, and to look is to know.
ONE_OBJECT_TYPES = (
    "attribute: color",
    "attribute: shape",
    "attribute: size",
    "place: what is there",
    "place: where",
)


class Asked(NamedTuple):
    """One question about one scene."""

    scene: int
    text: str
    question_type: str
    answer: str
    answer_type: str
    objects: tuple[int, ...]
    choices: int
    """How many answers these words can have."""


def families(options: SceneOptions) -> tuple[Family, ...]:
    """Build every family of a world."""
    return (
        *(attribute_family(options, name) for name in ("color", "shape", "size")),
        existence_family(options),
        counting_family(options),
        comparing_family(options),
        nearest_family(options),
        side_family(options),
        two_step_family(options),
        what_family(options),
        where_family(options),
    )


class _Balance:
    """One family's answers everywhere, and how often each has been taken for each wording."""

    def __init__(self, family: Family, facts: Facts) -> None:
        self.family = family
        self.solved = family.solve(facts)
        meanings, wordings = len(family.texts), len(family.texts[0])
        self._taken = np.zeros((meanings, wordings, len(family.answers)), dtype=np.int64)
        self._total = np.zeros((meanings, wordings), dtype=np.int64)
        self._choices = np.asarray(family.choices, dtype=np.int64)[:, None]

    def take(self, scene: int, used: set[int], draws: Draws) -> Asked | None:
        """Choose a question about ``scene`` of a meaning not yet ``used``; None if there is none."""
        row = self.solved.answers[scene]
        open_meanings = np.flatnonzero(row >= 0)
        if used:
            open_meanings = open_meanings[[meaning not in used for meaning in open_meanings.tolist()]]
        if not len(open_meanings):
            return None
        meaning, wording = self._rarest(open_meanings, row[open_meanings], draws)
        answer = int(row[meaning])
        used.add(meaning)
        self._taken[meaning, wording, answer] += 1
        self._total[meaning, wording] += 1
        family = self.family
        return Asked(
            scene=scene,
            text=family.texts[meaning][wording],
            question_type=family.name,
            answer=family.answers[answer],
            answer_type=family.answer_type,
            objects=self.solved.objects(scene, meaning),
            choices=family.choices[meaning],
        )

    def _rarest(self, meanings: npt.NDArray[np.int64], answers: npt.NDArray[np.int8], draws: Draws) -> tuple[int, int]:
        """Choose where the answer lies furthest below its even share; draw among equals."""
        above = self._choices[meanings] * self._taken[meanings, :, answers] - self._total[meanings]  # (V, wordings)
        flat = above.ravel()
        equals = np.flatnonzero(flat == flat.min())
        place, wording = divmod(int(equals[draws.below(len(equals))]), above.shape[1])
        return int(meanings[place]), wording


def ask(scenes: Scenes, options: SceneOptions, split_number: int) -> Iterator[Asked]:
    """Ask ``options.questions`` questions about each scene of a split, in the order of the scenes.

    A scene about which a family has nothing to ask is asked more of another family.
    """
    facts = Facts(scenes, options)
    balances = {family.name: _Balance(family, facts) for family in families(options)}
    draws = Draws(options.seed, 100 + split_number)
    for scene in range(len(scenes)):
        used: dict[str, set[int]] = {name: set() for name in balances}
        for slot in range(options.questions):
            plan = _PLAN[(scene + slot // 10) % 2]
            asked = _first(balances, plan, slot % 10, scene, used, draws)
            if asked is not None:
                yield asked


def _first(
    balances: dict[str, _Balance], plan: Sequence[str], slot: int, scene: int, used: dict[str, set[int]], draws: Draws
) -> Asked | None:
    """Take the question that is planned, or of the next family in the plan that has one."""
    for name in (*plan[slot:], *plan[:slot]):
        asked = balances[name].take(scene, used[name], draws)
        if asked is not None:
            return asked
    return None
