"""Samples do not see each other, one sample or one region is enough, and the same call gives the same result."""

from __future__ import annotations

import operator

import torch
from torch import Tensor

from scanpath.testing.gradients import backward
from scanpath.testing.subject import BATCH, Subject, visible

SQUEEZE = "squeeze named axes only, never all of size 1"
GUARD = "a spread of one cell is no number: guard it"


def difference(one: Tensor, other: Tensor, tolerance: float) -> str:
    """Say by how much two outputs differ, or nothing if they count as equal."""
    if torch.allclose(one, other, rtol=tolerance, atol=tolerance):
        return ""
    if not other.isfinite().all():
        return "makes it not finite"
    return f"changes it by up to {(one - other).abs().max():.2g}"


def one_sample(subject: Subject) -> None:
    """A batch of one works and says what the same sample says inside a larger batch."""
    module = subject.build()
    for masked in (False, True):
        inputs = subject.inputs(masked=masked)
        whole = visible(subject.call(module, inputs))
        alone = subject.run(
            module,
            inputs.rows(lambda tensor: tensor[:1]),
            "with one sample in the batch",
            SQUEEZE,
        )
        for name, tensor in visible(alone).items():
            if tensor.shape != whole[name][:1].shape:
                raise subject.fault(
                    f"with one sample in the batch the {name} have shape {tuple(tensor.shape)}",
                    SQUEEZE,
                )
            if said := difference(whole[name][:1], tensor, subject.tolerance):
                raise subject.fault(
                    f"taking a sample out of its batch {said} ({name}), so rows see each other",
                    "reduce over regions, never over the batch",
                )


def one_region(subject: Subject) -> None:
    """One region (of a CoAttention also one token) is enough, gradients included."""
    single = subject.resized(axes=(1,) * len(subject.axes), tokens=1)
    module, inputs = single.build(), single.inputs()
    sides = single.run(module, inputs, "with one region", "let every reduction work on a single cell")
    for name, tensor in visible(sides).items():
        if not tensor.isfinite().all():
            raise single.fault(f"with one region the {name} are not finite", GUARD)
    for name, gradient in backward(single, module, inputs).parameters.items():
        if not gradient.isfinite().all():
            raise single.fault(f"with one region the gradient of {name} is not finite", GUARD)


def rows_independent(subject: Subject) -> None:
    """What stands in one row of a batch, or behind which mask, changes no other row."""
    module, pool = subject.build(), subject.inputs(batch=2 * BATCH, masked=True)
    expected = visible(subject.call(module, pool.rows(lambda tensor: tensor[:BATCH])))
    for row in (0, BATCH - 1):
        chosen = [other if other == row else BATCH + other for other in range(BATCH)]
        mixed = pool.rows(operator.itemgetter(chosen))
        for name, tensor in visible(subject.call(module, mixed)).items():
            if said := difference(expected[name][row], tensor[row], subject.tolerance):
                raise subject.fault(
                    f"changing the other rows of a batch {said} ({name} of row {row}), so rows see each other",
                    "reduce over regions, never over the batch",
                )


def repeatable(subject: Subject) -> None:
    """In eval mode the same call gives the same result: nothing is sampled and no call leaves a trace."""
    module, inputs = subject.build(), subject.inputs()
    first = visible(subject.call(module, inputs))
    subject.call(module, subject.inputs(1, masked=True))
    for name, tensor in visible(subject.call(module, inputs)).items():
        if said := difference(first[name], tensor, subject.tolerance):
            raise subject.fault(
                f"calling it again {said} ({name}), in eval mode", "sample in training only, and keep nothing of a call"
            )
