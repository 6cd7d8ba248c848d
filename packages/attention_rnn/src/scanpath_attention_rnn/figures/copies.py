"""Pictures like a data set's, but with one digit three times, in three colours: a question with three right answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from scanpath.data.scenes.randomness import Draws
from scanpath.errors import ConfigError
from scanpath_attention_rnn.data.digits.digits import LABELS, Pixels, read_pool
from scanpath_attention_rnn.data.digits.options import VARIANTS, PhotographOptions
from scanpath_attention_rnn.data.digits.recipe import Recipe, recipe_of
from scanpath_attention_rnn.data.digits.world import COLORS, MOST, Digit, Planned, draw_digits, draw_picture

Item = TypeVar("Item")

COPIES = 3
"""Of the digit that is asked about, each in a colour of its own; and of other digits at least so many."""
STREAM = 3
"""Where a split's number stands in the stream of a picture; splits have 0 to 2, so no picture is one of theirs."""


class Pictured(NamedTuple):
    """A picture with copies."""

    picture: Pixels
    """(H, W, 3)."""
    asked: str
    """The question, which is the digit."""
    colors: Sequence[str]
    """Of the copies, all right answers."""
    copies: npt.NDArray[np.bool_]
    """The box around each copy, (3, H, W); two may overlap, in one picture of twenty."""
    target: npt.NDArray[np.bool_]
    """True at the copies' pixels, (H, W)."""
    words: Sequence[str]
    """All its digits as questions, each once."""


def draw_plan(draws: Draws) -> list[Planned]:
    """Draw a digit and three colours of it, then three to six other digits, each once and of any colour.

    They come in a drawn order, since those that are laid out first find room to be large.
    """
    labels, names = _shuffled(range(LABELS), draws), list(COLORS)
    copies = [Planned(labels[0], color) for color in _shuffled(names, draws)[:COPIES]]
    count = COPIES + draws.below(MOST - 2 * COPIES + 1)
    others = [Planned(label, names[draws.below(len(names))]) for label in labels[1 : 1 + count]]
    return _shuffled([*copies, *others], draws)


def _shuffled(items: Sequence[Item], draws: Draws) -> list[Item]:
    found = list(items)
    for place in range(len(found)):
        other = place + draws.below(len(found) - place)
        found[place], found[other] = found[other], found[place]
    return found


def find_recipe(name: str, root: Path, photographs: Path | None, seed: int) -> Recipe:
    """Find what a data set's grounds and digits are drawn from.

    Raises:
        ConfigError: It is no data set that asks for colours, or one without photographs that was given some.
        DataError: The photographs are not there.
    """
    variant = VARIANTS.get(name)
    if variant is None or variant.inverse:
        known = ", ".join(one.name for one in VARIANTS.values() if not one.inverse)
        raise ConfigError(f"pictures of {name!r} cannot have a digit in several colours to choose from: take {known}.")
    options: dict[str, object] = {"seed": seed}
    if photographs is not None:
        if not issubclass(variant.options, PhotographOptions):
            raise ConfigError(f"photographs were given for {name}, which has none: leave --photographs away.")
        options["photographs"] = photographs
    return recipe_of(variant, variant.options(**options), root)  # type: ignore[arg-type]


def draw(recipe: Recipe, index: int) -> Pictured:
    """Draw a picture; as a data set's, it follows from its number and the seed."""
    draws = Draws(recipe.seed, STREAM, index)
    plan = draw_plan(draws)
    digits = draw_digits(plan, read_pool(recipe.mnist), recipe.variant.side, draws)
    picture, labels = draw_picture(recipe.ground(draws), digits)
    counts = [sum(one.label == digit.label for one in digits) for digit in digits]
    copies = [place for place, count in enumerate(counts) if count == COPIES]
    return Pictured(
        picture=picture,
        asked=str(digits[copies[0]].label),
        colors=[digits[place].color for place in copies],
        copies=np.stack([_box(digits[place], recipe.variant.side) for place in copies]),
        target=np.isin(labels, [place + 1 for place in copies]),
        words=list(dict.fromkeys(str(digit.label) for digit in digits)),
    )


def _box(digit: Digit, side: int) -> npt.NDArray[np.bool_]:
    found = np.zeros((side, side), dtype=bool)
    left, top, right, bottom = digit.box()
    found[top:bottom, left:right] = True
    return found
