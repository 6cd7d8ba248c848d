"""How maps read: scores are any real number, weights are of the kind that the module names."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from scanpath.testing.subject import DRAWS, Side, Subject

LARGE = 100.0
"""Parameters and inputs this much larger drive a squashing function against its bounds."""


def scores_are_not_normalised(subject: Subject) -> None:
    """A Scorer never normalises; its holder does."""
    remedy = "return the scores before normalising, the holder does the rest"
    plain = [_scores(subject, seed) for seed in DRAWS]
    if all(_near(scores.sum(-1), 1.0) for scores in plain):
        raise subject.fault("the scores sum to 1 over the regions, as after a softmax", remedy)
    if all(_near(scores.logsumexp(-1), 0.0) for scores in plain):
        raise subject.fault("the scores are log-probabilities, as after a log-softmax", remedy)
    driven = torch.cat([_scores(subject, seed, LARGE).flatten() for seed in DRAWS])
    if bool((driven >= 0).all() and (driven <= 1).all()):
        raise subject.fault("the scores stay within [0, 1] however large its inputs, as after a sigmoid", remedy)
    saturated = (driven.abs() - 1).abs() < 1e-2
    if bool((driven.abs() <= 1).all() and saturated.float().mean() > 0.5):
        raise subject.fault("the scores stay within [-1, 1] and stick to the ends, as after a tanh", remedy)


def _scores(subject: Subject, seed: int, scale: float = 1.0) -> Tensor:
    module = subject.build(seed, scale=scale)
    with torch.no_grad():
        (side,) = subject.run(
            module, subject.inputs(seed, scale=scale), f"on inputs {scale:g} times as large", "look for an overflow"
        )
    return side.maps.flatten(2).float()


def _near(values: Tensor, target: float) -> bool:
    return torch.allclose(values, torch.full_like(values, target), atol=1e-4)


def of_their_kind(subject: Subject) -> None:
    """Soft weights sum to 1 over the real cells, hard ones are 0 or 1, gates lie in [0, 1]."""
    for seed in DRAWS:
        module = subject.build(seed)
        for masked in (False, True):
            for side in subject.call(module, subject.inputs(seed, masked=masked)):
                kind_holds(subject, module, side, tolerance=subject.tolerance)


def kind_holds(subject: Subject, module: Any, side: Side, *, tolerance: float) -> None:
    """Check one side's weights against the module's ``kind``."""
    weights, kind = side.maps.flatten(2).float(), module.kind
    if bool((weights < -tolerance).any() or (weights > 1 + tolerance).any()):
        raise subject.fault(
            f"some {side.name} weights lie outside [0, 1] ({weights.min():.3g} to {weights.max():.3g})",
            "return the weights after normalising",
        )
    if kind == "soft" and bool(((weights.sum(-1) - 1).abs() > tolerance).any()):
        worst = weights.sum(-1).flatten()[(weights.sum(-1) - 1).abs().argmax()]
        raise subject.fault(
            f"kind is 'soft' but a map of {side.name} weights sums to {worst:.4g} over the real cells, expected 1",
            "normalise over the real cells only, or name another kind",
        )
    if kind == "hard" and bool(((weights != 0) & (weights != 1)).any()):
        raise subject.fault(
            f"kind is 'hard' but some {side.name} weights are neither 0 nor 1", "return the selection, or name the kind"
        )


def zero_behind_the_mask(subject: Subject) -> None:
    """Behind the mask every weight is exactly 0."""
    inputs = subject.inputs(masked=True)
    for side in subject.call(subject.build(), inputs):
        if side.mask is not None and bool((torch.where(side.mask.unsqueeze(1), 0, side.maps) != 0).any()):
            raise subject.fault(
                f"{side.name} weights behind the mask are not 0", "fill masked scores with -inf before the softmax"
            )
