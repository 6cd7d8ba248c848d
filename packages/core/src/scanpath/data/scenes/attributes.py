"""Questions about an attribute of one object among many, which other attributes tell apart."""

from __future__ import annotations

from scanpath.data.scenes.facts import Facts, descriptions
from scanpath.data.scenes.family import Family, Solved, pointed
from scanpath.data.scenes.options import SIZES, SceneOptions

_WORDINGS = {
    "color": (
        "what color is the {}?",
        "what is the color of the {}?",
        "which color does the {} have?",
        "the {} has what color?",
    ),
    "shape": (
        "what shape is the {}?",
        "what is the shape of the {}?",
        "which shape does the {} have?",
        "what is the {}?",
    ),
    "size": ("what size is the {}?", "how big is the {}?", "is the {} large or small?"),
}


def attribute_values(options: SceneOptions, name: str) -> tuple[str, ...]:
    """Return the words for the values of ``color``, ``shape`` or ``size``."""
    return {"color": options.colors, "shape": options.shapes, "size": SIZES}[name]


def attribute_family(options: SceneOptions, asked: str) -> Family:
    """Build the family that asks for ``asked`` of the only object with some other attributes."""
    known = [description for description in descriptions(options) if asked not in description.said]
    values = attribute_values(options, asked)

    def solve(facts: Facts) -> Solved:
        targets = [facts.only(description) for description in known]
        return pointed([facts.attribute(asked, target) for target in targets], [[target] for target in targets])

    return Family(
        name=f"attribute: {asked}",
        answer_type="other",
        answers=values,
        texts=tuple(
            tuple(wording.format(description.text(options)) for wording in _WORDINGS[asked]) for description in known
        ),
        choices=(len(values),) * len(known),
        solve=solve,
    )
