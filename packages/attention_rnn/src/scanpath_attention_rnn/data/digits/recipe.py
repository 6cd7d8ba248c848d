"""What the pictures of a data set are drawn from, found from its options."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.digits import grounds
from scanpath_attention_rnn.data.digits.digits import Pixels, find_mnist, read_pool
from scanpath_attention_rnn.data.digits.options import DigitsOptions, DistractorOptions, PhotographOptions, Variant
from scanpath_attention_rnn.data.digits.photographs import list_photographs
from scanpath_attention_rnn.data.digits.world import (
    Digit,
    draw_digits,
    draw_picture,
    draw_plan,
    picture_draws,
    unique_colors,
)


class Drawn(NamedTuple):
    """One picture."""

    digits: list[Digit]
    picture: Pixels
    """(H, W, 3)."""
    labels: Pixels
    """(H, W): 0 ground, i + 1 digit i."""


class Recipe(NamedTuple):
    """Everything that the pictures depend on; it travels to other processes."""

    variant: Variant
    seed: int
    background: str
    """``"black"``, ``"distractors"``, ``"gaussian"`` or ``"photographs"``."""
    mnist: Path | None
    """None is what is shipped."""
    photographs: Path | None
    """None is what scikit-image brings along."""

    def draw(self, split: str, index: int) -> Drawn:
        """Draw a picture; its digits come first, so that they do not depend on the ground."""
        draws = picture_draws(self.seed, split, index)
        plan = draw_plan(draws, inverse=self.variant.inverse)
        digits = draw_digits(plan, read_pool(self.mnist), self.variant.side, draws)
        return Drawn(digits, *draw_picture(self.ground(draws), digits))

    def ground(self, draws: Draws) -> Pixels:
        """Draw the ground of a picture, (H, W, 3)."""
        side = self.variant.side
        if self.background == "photographs":
            return grounds.photograph(side, list_photographs(self.photographs), draws)
        if self.background == "distractors":
            return grounds.scraps(side, read_pool(self.mnist), draws)
        return grounds.noise(side, draws) if self.background == "gaussian" else grounds.black(side)

    def pictures(self, split: str, questions: int) -> int:
        """Count the pictures that it takes to ask so many questions; the last one may have some to spare."""
        pictures = 0
        while questions > 0:
            plan = draw_plan(picture_draws(self.seed, split, pictures), inverse=self.variant.inverse)
            questions -= len(unique_colors(plan)) if self.variant.inverse else len(plan)
            pictures += 1
        return pictures

    def facts(self) -> dict[str, Any]:
        """Return what the manifest tells of it: folders by what they hold, since they may move."""
        found = {"seed": self.seed, "background": self.background, "digits": read_pool(self.mnist).facts()}
        if self.background == "photographs":
            found["photographs"] = list_photographs(self.photographs).facts()
        return found


def recipe_of(variant: Variant, options: DigitsOptions, root: Path) -> Recipe:
    """Find what the options name.

    Args:
        variant: the data set.
        options: of it.
        root: holds the data sets, perhaps MNIST among them.

    Raises:
        DataError: it is not there.
    """
    background, photographs = "black", None
    if isinstance(options, DistractorOptions):
        background = options.background
    elif isinstance(options, PhotographOptions):
        background = "photographs"
        photographs = Path(options.photographs).expanduser().resolve() if options.photographs else None
    return Recipe(variant, options.seed, background, find_mnist(root, options.mnist), photographs)
