"""Questions about how many there are: existence, counting, comparing."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from scanpath.data.scenes.facts import Description, Facts, descriptions
from scanpath.data.scenes.family import Family, Solved
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.world import MOST

YES_NO = ("yes", "no")

_EXISTENCE = (
    "is there {}?",
    "is there {} in the picture?",
    "can you see {}?",
    "does the picture show {}?",
)
_COUNTING = (
    "how many {} are there?",
    "how many {} are in the picture?",
    "how many {} can you see?",
    "what number of {} is in the picture?",
)
_COMPARING = {
    "more": ("are there more {} than {}?", "is the number of {} greater than the number of {}?"),
    "fewer": ("are there fewer {} than {}?", "is the number of {} smaller than the number of {}?"),
    "equal": ("are there as many {} as {}?", "is the number of {} equal to the number of {}?"),
}


def _fitting(facts: Facts, groups: Sequence[Description], scene: int) -> tuple[int, ...]:
    """Return every object that one of the descriptions fits."""
    fits = np.any([facts.members(group)[scene] for group in groups], axis=0)
    return tuple(np.flatnonzero(fits).tolist())


def existence_family(options: SceneOptions) -> Family:
    """Build "is there ...?": about all objects that fit, none if the answer is no."""
    known = descriptions(options)

    def solve(facts: Facts) -> Solved:
        numbers = [facts.number_of[description] for description in known]
        answers = (facts.count[:, numbers] == 0).astype(np.int8)
        return Solved(answers, lambda scene, meaning: _fitting(facts, [known[meaning]], scene))

    phrases = [_with_article(description.text(options)) for description in known]
    return Family(
        name="existence",
        answer_type="yes/no",
        answers=YES_NO,
        texts=tuple(tuple(wording.format(phrase) for wording in _EXISTENCE) for phrase in phrases),
        choices=(2,) * len(known),
        solve=solve,
    )


def counting_family(options: SceneOptions) -> Family:
    """Build "how many ... are there?" for descriptions of one or two attributes."""
    known = [description for description in descriptions(options) if len(description.said) < 3]

    def solve(facts: Facts) -> Solved:
        numbers = [facts.number_of[description] for description in known]
        answers = facts.count[:, numbers].astype(np.int8)
        return Solved(answers, lambda scene, meaning: _fitting(facts, [known[meaning]], scene))

    phrases = [description.text(options, plural=True) for description in known]
    return Family(
        name="counting",
        answer_type="number",
        answers=tuple(map(str, range(MOST + 1))),
        texts=tuple(tuple(wording.format(phrase) for wording in _COUNTING) for phrase in phrases),
        choices=(MOST + 1,) * len(known),
        solve=solve,
    )


def comparing_family(options: SceneOptions) -> Family:
    """Build "are there more ... than ...?" for two colours, two shapes or two sizes."""
    single = [description for description in descriptions(options) if len(description.said) == 1]
    pairs = [(one, other) for one, other in itertools.permutations(single, 2) if one.said == other.said]
    known = [
        (relation, one, other)
        for relation in _COMPARING
        for one, other in pairs
        if relation != "equal" or single.index(one) < single.index(other)
    ]  # fmt: skip

    def solve(facts: Facts) -> Solved:
        columns = []
        for relation, one, other in known:
            many, few = (facts.count[:, facts.number_of[group]] for group in (one, other))
            columns.append({"more": many > few, "fewer": many < few, "equal": many == few}[relation])
        answers = (~np.stack(columns, axis=1)).astype(np.int8)
        return Solved(answers, lambda scene, meaning: _fitting(facts, known[meaning][1:], scene))

    return Family(
        name="comparing",
        answer_type="yes/no",
        answers=YES_NO,
        texts=tuple(
            tuple(
                wording.format(one.text(options, plural=True), other.text(options, plural=True))
                for wording in _COMPARING[relation]
            )
            for relation, one, other in known
        ),
        choices=(2,) * len(known),
        solve=solve,
    )


def _with_article(phrase: str) -> str:
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"
