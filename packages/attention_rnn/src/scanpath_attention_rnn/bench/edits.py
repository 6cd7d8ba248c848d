"""ModularGAN with its own mask and with AttentionRNN in that place: Table 6's column of runtimes.

A pass is a first step of training: the turn of the critics, with their penalty, and that of the editors.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, Promises, measured
from scanpath_attention_rnn.tasks.editing import EditingBatch, EditingObjective
from scanpath_attention_rnn.tasks.editing.model import EditorSection
from scanpath_attention_rnn.tasks.editing.settings import ModelSettings

ASKED: Promises = {"MGAN+ARNN": {"time": 1 / 1.2}}
SMALL = {
    "width": 8, "kernel_size": 3, "blocks": 2, "normalisation": "layer", "critic_width": 8, "critic_layers": 5
}  # fmt: skip
"""The small scale of Table 6."""
FEW = 1, 3
"""Pictures and passes of the published sizes on a CPU, where one pass of one picture takes half a minute."""


class EditingStep(nn.Module):
    """Both turns as one loss."""

    def __init__(self, model: ModelSettings, side: int) -> None:
        super().__init__()
        self.objective = EditingObjective(EditorSection(model=model, side=side).build())

    def forward(self, pictures: Tensor, values: Tensor, targets: Tensor, mix: Tensor) -> Tensor:
        """Return the sum of the losses on pictures uint8 (B, 3, S, S); the rest as of a batch."""
        batch = EditingBatch([], pictures, values, targets, mix, None)
        return torch.stack([self.objective(batch, turn)[0] for turn in self.objective.turns(0)]).sum()


def edits(*, device: str, batch: int, repeats: int) -> Iterator[Group]:
    """Measure steps of the small scale and of the published networks."""
    yield steps(64, SMALL, device=device, batch=batch, repeats=repeats, hidden=16)
    if device == "cpu":
        batch, repeats = (min(one, most) for one, most in zip((batch, repeats), FEW, strict=True))
    yield steps(128, {}, device=device, batch=batch, repeats=repeats)


def steps(
    side: int, sizes: dict[str, Any], *, device: str, batch: int, repeats: int, hidden: int | None = None
) -> Group:
    """Measure steps on pictures of ``side`` pixels; ``hidden`` is AttentionRNN's t."""
    source = torch.Generator().manual_seed(0)
    values = torch.randint(0, 2, (batch, 3), generator=source)
    pictures = torch.randint(0, 256, (batch, 3, side, side), generator=source, dtype=torch.uint8)
    mix = torch.rand(batch, 3, generator=source)
    given = tuple(one.to(device) for one in (pictures, values, 1 - values, mix))
    look = {"name": "attention_rnn", **({} if hidden is None else {"hidden": hidden})}
    scorers = {"MGAN": None, "MGAN+ARNN": look}
    calls: Calls = {
        name: (EditingStep(ModelSettings.parse({**sizes, "scorer": scorer}), side), given)
        for name, scorer in scorers.items()
    }
    title = f"a step of ModularGAN on pictures of {side} x {side}, batch {batch}; the paper has 1.96 for ARNN"
    return measured(title, calls, repeats=repeats, device=device, promises=ASKED)
