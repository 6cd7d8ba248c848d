"""Which of three right answers the samples of a network that draws its attention fall on (Figs. 6a and 11-13).

The paper shows three samples on a picture with the same digit in three colours, and says that they span the modes. Made
a measurement: of K samples of each picture, a sample *reaches* a copy of the digit if the product of its maps has more
weight in the box around this copy than around all other copies together, and more around the copies than an even map
has. A copy is a mode; a picture's count is how many of the three are reached by any sample. Boxes, not strokes, since a
map that lights up the hollow of a 0 or the seam of a stroke looks at this digit and no other.

Noise reaches copies too, the more the larger it is. So the same is counted for three other digits of the picture that
nobody asked about, by the same rule: what counts for the paper is what the copies have more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from scanpath.metrics.looking import grid_cover, mass_on_object
from scanpath_attention_rnn.figures.copies import COPIES, Pictured
from scanpath_attention_rnn.figures.networks import Looks, Network

ROUNDING = 1e-5
"""A share by which an even map may be above itself."""

Floats = npt.NDArray[np.float64]


class Sampled(NamedTuple):
    """What K samples of one picture did."""

    copies: Floats
    """The weight in the box around each copy, (K, 3)."""
    others: Floats
    """The same of three other digits, (K, 3)."""
    even: Floats
    """What an even map has around each copy, then around each of the others, (2, 3)."""
    answers: Sequence[str]
    """K colours."""
    colors: Sequence[str]
    """Of the copies, the right ones."""


class Counts(NamedTuple):
    """One number a picture, (P,)."""

    modes: Floats
    """Copies that samples reach, 0 to 3."""
    all_modes: Floats
    """1 where they reach all three."""
    others: Floats
    """Other digits that they reach, 0 to 3."""
    all_others: Floats
    """1 where they reach all three."""
    answers: Floats
    """Colours of copies among their answers, 0 to 3."""
    wrong: Floats
    """Other colours among them, 0 to 2."""
    right: Floats
    """The share of samples that answer with a copy's."""
    weight: Floats
    """Around the copies, the mean over samples."""
    even: Floats
    """What an even map has there."""


def reached(weights: Floats, even: Floats) -> npt.NDArray[np.bool_]:
    """Tell which place each sample reaches, at most one.

    Args:
        weights: Of each place, (K, 3).
        even: What an even map has at each, (3,).

    Returns:
        (K, 3).
    """
    total = weights.sum(1, keepdims=True)
    found: npt.NDArray[np.bool_] = (2 * weights > total) & (total > even.sum() * (1 + ROUNDING))
    return found


def draw_looks(network: Network, drawn: Pictured, *, factor: float, samples: int, seed: Sequence[int]) -> Looks:
    """Let a network look at one picture so many times, its deviations multiplied by ``factor``.

    Equal seeds draw equal noise whatever the factor, so that factors differ in nothing else. Drawn without any
    deviation all samples are the same, and one is enough.
    """
    number = samples if factor > 0 else 1
    with torch.random.fork_rng(devices=[]), network.spread_by(factor):
        torch.manual_seed(int(np.random.SeedSequence(seed).generate_state(1)[0]))
        return network.look([drawn.picture], [drawn.asked] * number, [0] * number)


def sampled(looks: Looks, drawn: Pictured) -> Sampled:
    """Measure what the samples of one picture did."""
    boxes = torch.from_numpy(np.concatenate([drawn.copies, drawn.others]))
    covers = grid_cover(boxes, (looks.product.shape[1], looks.product.shape[2]))  # (6, H, W)
    maps = looks.product.unsqueeze(0).expand(len(covers), -1, -1, -1)  # (6, K, H, W)
    weights = mass_on_object(maps, covers).double().numpy().T  # (K, 6)
    return Sampled(
        copies=weights[:, :COPIES],
        others=weights[:, COPIES:],
        even=covers.double().mean((1, 2)).numpy().reshape(2, COPIES),
        answers=looks.answers,
        colors=drawn.colors,
    )


def counts(of_pictures: Sequence[Sampled]) -> Counts:
    """Count what the samples of each picture do."""
    modes = np.asarray([reached(one.copies, one.even[0]).any(0).sum() for one in of_pictures], dtype=np.float64)
    others = np.asarray([reached(one.others, one.even[1]).any(0).sum() for one in of_pictures], dtype=np.float64)
    return Counts(
        modes=modes,
        all_modes=(modes == COPIES).astype(np.float64),
        others=others,
        all_others=(others == COPIES).astype(np.float64),
        answers=np.asarray([len({*one.answers} & {*one.colors}) for one in of_pictures], dtype=np.float64),
        wrong=np.asarray([len({*one.answers} - {*one.colors}) for one in of_pictures], dtype=np.float64),
        right=np.asarray([np.isin(one.answers, one.colors).mean() for one in of_pictures]),
        weight=np.asarray([one.copies.sum(1).mean() for one in of_pictures]),
        even=np.asarray([one.even[0].sum() for one in of_pictures]),
    )
