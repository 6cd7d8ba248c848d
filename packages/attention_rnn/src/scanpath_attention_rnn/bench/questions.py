"""MCB at its own sizes, with its attention and with AttentionRNN in that place: Table 5's column of runtimes.

The paper does not say whether a step holds the CNN. Of stored features the fusion with each cell is nearly all of it,
so both are measured: from stored features, and from pictures, through a frozen ResNet-152.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, Promises, measured
from scanpath.features.resnets import resnet_trunk
from scanpath.hosts import build_host

ANSWERS, WORDS, LENGTH = 3000, 13_000, 15
WIDTH, STRIDE = 2048, 32
"""Of ResNet-152's last stage."""
BATCHES = 8, 2
"""Most questions at once on a CPU, of stored features and of pictures: a product of cells and question takes 12 MiB."""
ASKED: Promises = {"MCB+ARNN": {"time": 1 / 1.2}}


class FromPictures(nn.Module):
    """A model of stored features behind a frozen CNN."""

    def __init__(self, cnn: nn.Module, model: nn.Module) -> None:
        super().__init__()
        self.cnn = cnn.requires_grad_(requires_grad=False).eval()
        self.model = model

    def forward(self, pictures: Tensor, tokens: Tensor) -> Any:
        """Answer questions (B, T) on pictures (B, 3, H, W)."""
        with torch.no_grad():
            regions = self.cnn(pictures).permute(0, 2, 3, 1)
        return self.model(regions, tokens)


def rows(*, hidden: int = 512, sketch: int = 16_000) -> dict[str, Any]:
    """Return what looks in each row: the mean, two layers of convolutions, and AttentionRNN as wide as the first."""
    fused = {"name": "mcb", "output_dim": sketch}
    return {
        "MCB": "mean",
        "MCB+ATT": {"name": "conv", "maps": 2, "hidden_dim": hidden, "fused": fused},
        "MCB+ARNN": {"name": "attention_rnn", "glimpses": 2, "context": 1, "hidden": hidden, "fused": fused},
    }


def questions(
    *,
    device: str,
    batch: int,
    repeats: int,
    side: int = 448,
    cnn: str = "resnet152",
    looks: Mapping[str, Any] | None = None,
    **narrower: int,
) -> Iterator[Group]:
    """Measure MCB's three rows from stored features and from pictures; ``narrower`` are widths of the host."""
    stored, drawn = (min(batch, most) if device == "cpu" else batch for most in BATCHES)
    source = torch.Generator().manual_seed(0)
    cells = side // STRIDE
    trunk = resnet_trunk(cnn)
    width = WIDTH if cnn == "resnet152" else 512
    features = torch.randn(stored, cells, cells, width, generator=source)
    pictures = torch.rand(drawn, 3, side, side, generator=source)
    tokens = torch.randint(2, WORDS, (max(stored, drawn), LENGTH), generator=source).to(device)
    models = {}
    for name, attention in (looks or rows()).items():
        section = {"name": "mcb", "attention": attention, **narrower}
        models[name] = build_host(section, answers=ANSWERS, vocabulary_size=WORDS, feature_shape=features.shape[1:])
    told = "the paper has 1.66 for ATT and 2.46 for ARNN"
    calls: Calls = {name: (model, (features.to(device), tokens[:stored])) for name, model in models.items()}
    title = f"MCB on {cells} x {cells} stored features, batch {stored}; {told}"
    yield measured(title, calls, repeats=repeats, device=device, promises=ASKED)
    calls = {
        name: (FromPictures(trunk, model), (pictures.to(device), tokens[:drawn])) for name, model in models.items()
    }
    title = f"MCB behind a frozen {cnn} on pictures of {side} x {side}, batch {drawn}; {told}"
    yield measured(title, calls, repeats=repeats, device=device, promises=ASKED)
