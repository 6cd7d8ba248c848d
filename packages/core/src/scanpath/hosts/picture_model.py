"""The host of classification: a picture, a place to look from, classes. Nothing is asked, so there is no query."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from scanpath.errors import ShapeError
from scanpath.features.preprocessing import Statistics
from scanpath.types import Attended, Attention, Output


class Encoded(NamedTuple):
    """What a CNN returns that looks on its way, as one with gates in its blocks does."""

    regions: Tensor
    """(B, H', W', D)."""
    maps: dict[str, Tensor]
    """Gates in [0, 1] by the place that holds them, each (B, M, h, w) of its own size."""


class PictureModel(nn.Module):
    """Holds one Attention over the grid of a CNN.

    Args:
        encode: From standardised pictures (B, 3, H, W) to regions (B, H', W', D), or to :class:`Encoded`.
        attention: Built without a query.
        classifier: From its context to logits (B, A), A classes.
        statistics: What is subtracted from pixels in [0, 1] and what they are divided by, of each colour.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self, *, encode: nn.Module, attention: Attention, classifier: nn.Module, statistics: Statistics
    ) -> None:
        super().__init__()
        for name in ("mean", "deviation"):  # they lie in the section that builds the model, not among its weights
            numbers = torch.tensor(getattr(statistics, name)).view(3, 1, 1)
            self.register_buffer(name, numbers, persistent=False)
        self.encode = encode
        self.attention = attention
        self.classifier = classifier

    def look(self, pictures: Tensor) -> Attended:
        """Look at pictures (B, 3, H, W), or grey ones (B, 1, H, W), uint8 or floats in [0, 1].

        Raises:
            ShapeError: No batch of pictures.
        """
        return self.attention(self.encoded(pictures).regions)

    def encoded(self, pictures: Tensor) -> Encoded:
        """Standardise pictures as :meth:`look` takes them, and encode them.

        Raises:
            ShapeError: No batch of pictures.
        """
        if pictures.dim() != 4 or pictures.shape[1] not in (1, 3):
            raise ShapeError(f"the model got {tuple(pictures.shape)}, expected pictures (B, 3, H, W) or (B, 1, H, W).")
        pixels = pictures.float() / 255 if pictures.dtype == torch.uint8 else pictures
        standard = (pixels.expand(-1, 3, -1, -1) - self.mean) / self.deviation
        found = self.encode(standard)
        return found if isinstance(found, Encoded) else Encoded(found, {})

    def forward(self, pictures: Tensor) -> Output:
        """Classify pictures (B, 3 or 1, H, W): logits (B, A), the CNN's maps, and the map "regions" (B, M, H', W')."""
        regions, maps = self.encoded(pictures)
        found = self.attention(regions)
        return Output(self.classifier(found.context), {**maps, "regions": found.weights})
