"""ResNet-18 in CIFAR's form without gates, with CBAM, and with AttentionRNN as its spatial gate: Table 4's runtimes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, Promises, measured
from scanpath.features.preprocessing import HALF
from scanpath.hosts import build_classifier
from scanpath.hosts.resnet18 import WIDTHS

CLASSES = 100
MOST = 16
"""Pictures at once on a CPU: a step of AttentionRNN's network takes seconds of a core then."""


class Step(nn.Module):
    """A network with its loss."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor, classes: Tensor) -> Tensor:
        """Give the loss of pictures (B, 3, H, W) of classes (B,)."""
        return F.cross_entropy(self.network(pictures).logits, classes)


def rows(kernels: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the ``model:`` section of each line: AttentionRNN by each kernel, and with blocks in the first stage."""
    gated = {"name": "cbam_resnet18"}
    structured = {f"+ CBAM + ARNN, {one}": {"name": "attention_rnn", "kernel": one} for one in kernels}
    blocks = {"name": "block_attention_rnn", "kernel": kernels[-1]}
    return {
        "ResNet-18": {"name": "resnet18"},
        "+ CBAM": gated,
        **{name: {**gated, "scorer": scorer} for name, scorer in structured.items()},
        f"+ CBAM + ARNN, blocks first, {kernels[-1]}": {
            **gated, "scorer": structured[f"+ CBAM + ARNN, {kernels[-1]}"], "first": blocks
        },
    }  # fmt: skip


def classifiers(*, device: str, batch: int, repeats: int, side: int = 32, widths: Sequence[int] = WIDTHS) -> Group:
    """Measure a step of each network, forward and backward, without its optimiser; all learn all their weights."""
    batch = min(batch, MOST) if device == "cpu" else batch
    source = torch.Generator().manual_seed(0)
    given = (
        torch.rand(batch, 3, side, side, generator=source).to(device),
        torch.randint(CLASSES, (batch,), generator=source).to(device),
    )
    kernels = ("sweep",) if device == "cpu" else ("sweep", "triton")
    calls: Calls = {
        name: (Step(build_classifier({**section, "widths": widths}, classes=CLASSES, statistics=HALF)), given)
        for name, section in rows(kernels).items()
    }
    asked: Promises = {f"+ CBAM + ARNN, {kernels[-1]}": {"time": 1 / 1.5}}
    title = f"a step of ResNet-18 on pictures of {side} x {side}, batch {batch}"
    title += "; the paper has 1.43 for CBAM and 4.81 for CBAM + ARNN"
    return measured(title, calls, repeats=repeats, device=device, promises=asked)
