"""Questions about absolute places: what is there, and where something is."""

from __future__ import annotations

from scanpath.data.scenes.facts import DIRECTIONS, PLACES, Facts, descriptions
from scanpath.data.scenes.family import Family, Solved, pointed
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.relations import FARTHEST, asking, looked_up

_CORNER = ("in the {} corner", "closest to the {} corner")
_WHAT = ("what {} is the {}?", "what is the {} of the {}?")
_WHERE = ("where is the {}?", "in which corner of the picture is the {}?", "in what part of the picture is the {}?")


def what_family(options: SceneOptions) -> Family:
    """Build "what color is the object in the top left corner?" and "what shape is the leftmost object?"."""
    spots = [("corner", number) for number in range(len(PLACES))]
    spots += [("farthest", number) for number in range(len(DIRECTIONS))]
    known = [(asked, *spot) for asked in ("color", "shape") for spot in spots]

    def solve(facts: Facts) -> Solved:
        targets = [
            facts.corner[:, number] if spot == "corner" else facts.farthest(facts.present, number)
            for _, spot, number in known
        ]
        answers = [looked_up(facts, asked, target) for (asked, *_), target in zip(known, targets, strict=True)]
        return pointed(answers, [[target] for target in targets])

    def phrases(spot: str, number: int) -> tuple[str, str]:
        if spot == "corner":
            first, second = (f"object {wording.format(PLACES[number])}" for wording in _CORNER)
            return first, second
        return (f"{FARTHEST[DIRECTIONS[number]]} object",) * 2

    texts = [
        tuple(wording.format(asked, phrase) for wording, phrase in zip(_WHAT, phrases(spot, number), strict=True))
        for asked, spot, number in known
    ]
    return asking(options, "place: what is there", [asked for asked, *_ in known], texts, solve)


def where_family(options: SceneOptions) -> Family:
    """Build "where is the red circle?", answered by one of four corners."""
    known = [description for description in descriptions(options) if description.said != {"size"}]

    def solve(facts: Facts) -> Solved:
        targets = [facts.only(description) for description in known]
        answers = []
        for target in targets:
            quarter = facts.quarter[facts.rows, target]
            quarter[target < 0] = -1
            answers.append(quarter)
        return pointed(answers, [[target] for target in targets])

    return Family(
        name="place: where",
        answer_type="other",
        answers=PLACES,
        texts=tuple(tuple(wording.format(group.text(options)) for wording in _WHERE) for group in known),
        choices=(len(PLACES),) * len(known),
        solve=solve,
    )
