"""Questions that lead from one object to another: the nearest, the one on a side, and two steps in a row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scanpath.data.scenes.attributes import attribute_values
from scanpath.data.scenes.facts import DIRECTIONS, OPPOSITE, Description, Facts, Ints, descriptions
from scanpath.data.scenes.family import Family, Solved, pointed
from scanpath.data.scenes.options import SceneOptions

SIDES = {
    "left": ("left of", "to the left of"),
    "right": ("right of", "to the right of"),
    "above": ("above", "higher up than"),
    "below": ("below", "lower down than"),
}
FARTHEST = {"left": "leftmost", "right": "rightmost", "above": "topmost", "below": "lowest"}

_NEAREST = ("what {} is the object nearest to the {}?", "what is the {} of the object closest to the {}?")
_SIDE = ("what {} is the {} {} the {}?", "what is the {} of the {} {} the {}?")


def _single(options: SceneOptions, *said: str) -> list[Description]:
    return [description for description in descriptions(options) if description.said <= set(said)]


def asking(
    options: SceneOptions, name: str, asked: list[str], texts: list[tuple[str, ...]], solve: Callable[[Facts], Solved]
) -> Family:
    """Build a family whose meanings ask for a colour or a shape each."""
    colors, shapes = attribute_values(options, "color"), attribute_values(options, "shape")
    return Family(
        name=name,
        answer_type="other",
        answers=colors + shapes,
        texts=tuple(texts),
        choices=tuple(len(attribute_values(options, attribute)) for attribute in asked),
        solve=solve,
    )


def looked_up(facts: Facts, asked: str, targets: Ints) -> Ints:
    """Return the number of an object's colour or shape among colours followed by shapes, (N,), or -1."""
    found = facts.attribute(asked, targets)
    return np.where(found >= 0, found + (len(facts.options.colors) if asked == "shape" else 0), -1)


def next_to(facts: Facts, origins: Ints) -> Ints:
    """Return the object nearest to one object a scene, (N,), or -1."""
    return np.where(origins >= 0, facts.nearest[facts.rows, origins], -1)


def on_side(facts: Facts, group: Description, direction: int, origins: Ints) -> Ints:
    """Return the one object of a group on a side of another object, (N,), or -1.

    The group has two or more, so that the side matters; the other object is none of them; and each of them lies
    clearly on that side or clearly on the opposite one.
    """
    members = facts.members(group)
    there = members & facts.side[facts.rows, direction, origins]
    opposite = members & facts.side[facts.rows, OPPOSITE[direction], origins]
    good = (
        (origins >= 0)
        & (members.sum(axis=1) >= 2)
        & ~members[facts.rows, origins]
        & (there.sum(axis=1) == 1)
        & np.all(there | opposite | ~members, axis=1)
    )
    return np.where(good, there.argmax(axis=1), -1)


def nearest_family(options: SceneOptions) -> Family:
    """Build "what color is the object nearest to the ...?".

    What is asked does not tell the other object on its own: nothing else is as blue as the only blue object.
    """
    known = [
        (asked, origin)
        for asked in ("color", "shape")
        for origin in descriptions(options)
        if origin.said in ({"shape"}, {"color"}, {"color", "shape"}) and origin.said != {asked}
    ]

    def solve(facts: Facts) -> Solved:
        origins = [facts.only(origin) for _, origin in known]
        targets = [next_to(facts, origin) for origin in origins]
        answers = [looked_up(facts, asked, target) for (asked, _), target in zip(known, targets, strict=True)]
        return pointed(answers, [list(chain) for chain in zip(targets, origins, strict=True)])

    texts = [tuple(wording.format(asked, origin.text(options)) for wording in _NEAREST) for asked, origin in known]
    return asking(options, "relation: nearest", [asked for asked, _ in known], texts, solve)


def side_family(options: SceneOptions) -> Family:
    """Build "what color is the square left of the circle?", the square being one of several.

    The other object is told by what is not asked: nothing else is as blue as the only blue object.
    """
    known = [
        (asked, group, direction, origin)
        for asked, said in (("color", "shape"), ("shape", "color"))
        for group in _single(options, said)
        for direction in range(len(DIRECTIONS))
        for origin in _single(options, said)
        if origin != group
    ]

    def solve(facts: Facts) -> Solved:
        answers, chains = [], []
        for asked, group, direction, origin in known:
            start = facts.only(origin)
            target = on_side(facts, group, direction, start)
            answers.append(looked_up(facts, asked, target))
            chains.append([target, start])
        return pointed(answers, chains)

    texts = [
        tuple(
            wording.format(asked, group.text(options), side, origin.text(options))
            for wording, side in zip(_SIDE, SIDES[DIRECTIONS[direction]], strict=True)
        )
        for asked, group, direction, origin in known
    ]
    return asking(options, "relation: side", [asked for asked, *_ in known], texts, solve)


def two_step_family(options: SceneOptions) -> Family:
    """Build "what shape is the object nearest to the leftmost circle?", the circle being one of several."""
    known = [
        (asked, group, direction)
        for asked in ("color", "shape")
        for group in _single(options, "shape") + _single(options, "color")
        for direction in range(len(DIRECTIONS))
    ]

    def solve(facts: Facts) -> Solved:
        answers, chains = [], []
        for asked, group, direction in known:
            members = facts.members(group)
            start = np.where(members.sum(axis=1) >= 2, facts.farthest(members, direction), -1)
            target = next_to(facts, start)
            answers.append(looked_up(facts, asked, target))
            chains.append([target, start])
        return pointed(answers, chains)

    texts = [
        tuple(wording.format(asked, f"{FARTHEST[DIRECTIONS[direction]]} {group.text(options)}") for wording in _NEAREST)
        for asked, group, direction in known
    ]
    return asking(options, "two-step", [asked for asked, *_ in known], texts, solve)
