"""Which of three right answers the samples of a network that draws its attention fall on (Figs. 6a and 11-13).

The paper shows three samples on a picture with the same digit in three colours, and says that they span the modes. Made
a measurement: of K samples of each picture, a sample *reaches* a copy of the digit if what it attends to has more
weight around this copy than around all other copies together, each weight in multiples of what an even map has there,
and more around all copies than an even map has. A copy is a mode; a picture counts how many of the three any sample
reaches.
What a sample attends to is read in two ways: the product of its maps, of which the paper measures correctness, and the
product of the features that these leave, which it draws.

Weights are multiples of an even map's, since otherwise the largest copy is nearly always reached; of a network without
noise, the copy that is reached so is the one whose colour it answers. They are taken in the box around a copy, not on
its strokes: a map that lights up the hollow of a 0 or the seam of a stroke looks at this digit and no other.

Noise reaches copies too, the more the larger it is. So the same is counted with each map's deviations turned by half a
turn, which is the same noise at other cells: what counts for the paper is what the learnt ones reach more.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.metrics.looking import grid_cover, mass_on_object
from scanpath_attention_rnn.figures.copies import COPIES, Pictured
from scanpath_attention_rnn.figures.deviations import turned
from scanpath_attention_rnn.figures.networks import ROUNDING, Looks, Network

Floats = npt.NDArray[np.float64]


class Weights(NamedTuple):
    """What K samples have in the box around each copy."""

    copies: Floats
    """In multiples of what an even map has there, (K, 3)."""
    even: Floats
    """What an even map has, (3,)."""


class Reach(NamedTuple):
    """One number a picture, (P,)."""

    modes: Floats
    """Copies that samples reach, 0 to 3."""
    all_modes: Floats
    """1 where they reach all three."""
    weight: Floats
    """Around the copies together, in multiples of an even map's, the mean over samples."""


class Answers(NamedTuple):
    """One number a picture, (P,)."""

    colors: Floats
    """Colours of copies among the answers, 0 to 3."""
    all_colors: Floats
    """1 where all three copies' are."""
    right: Floats
    """The share of samples that answer with a copy's."""


def reached(weights: Weights) -> npt.NDArray[np.bool_]:
    """Tell which copy each sample reaches, at most one: (K, 3)."""
    copies, even = weights
    found: npt.NDArray[np.bool_] = (2 * copies > copies.sum(1, keepdims=True)) & (
        (copies @ even)[:, None] > even.sum() * (1 + ROUNDING)
    )
    return found


def draw_looks(
    network: Network, drawn: Pictured, *, factor: float, samples: int, seed: Sequence[int], turn: bool = False
) -> Looks:
    """Let a network look at one picture so many times, its deviations multiplied by ``factor``, and turned if asked.

    Equal seeds draw equal noise whatever the factor, so that factors differ in nothing else. Drawn without any
    deviation all samples are the same, and one is enough.
    """
    number = samples if factor > 0 else 1
    held = turned(network) if turn else contextlib.nullcontext()
    with torch.random.fork_rng(devices=[]), network.spread_by(factor), held:
        torch.manual_seed(int(np.random.SeedSequence(seed).generate_state(1)[0]))
        return network.look([drawn.picture], [drawn.asked] * number, [0] * number)


def weigh(products: Tensor, drawn: Pictured) -> Weights:
    """Measure maps (K, H, W) of sum 1 around the copies of a picture."""
    covers = grid_cover(torch.from_numpy(drawn.copies), (products.shape[1], products.shape[2]))  # (3, H, W)
    maps = products.unsqueeze(0).expand(len(covers), -1, -1, -1)  # (3, K, H, W)
    even = covers.double().mean((1, 2)).numpy()
    return Weights(mass_on_object(maps, covers).double().numpy().T / even, even)


def count_reached(of_pictures: Sequence[Weights]) -> Reach:
    """Count what the samples of each picture reach."""
    modes = np.asarray([reached(one).any(0).sum() for one in of_pictures], dtype=np.float64)
    weight = np.asarray([(one.copies @ one.even).mean() / one.even.sum() for one in of_pictures])
    return Reach(modes, (modes == COPIES).astype(np.float64), weight)


def count_answers(of_pictures: Sequence[tuple[Sequence[str], Sequence[str]]]) -> Answers:
    """Count the answers of each picture's samples, beside which stand the colours of its copies."""
    colors = np.asarray([len({*said} & {*right}) for said, right in of_pictures], dtype=np.float64)
    return Answers(
        colors=colors,
        all_colors=(colors == COPIES).astype(np.float64),
        right=np.asarray([np.isin(said, right).mean() for said, right in of_pictures]),
    )
