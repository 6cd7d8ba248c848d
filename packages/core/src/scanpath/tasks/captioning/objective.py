"""The model of captions together with its loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.data.vocabulary import PADDING
from scanpath.hosts.caption_model import CaptionModel
from scanpath.tasks.captioning.batch import CaptionBatch
from scanpath.types import Output

TURN = "captioning"


class CaptionObjective(nn.Module):
    """One turn, ``"captioning"``: all parameters against the cross-entropy of each next word.

    Attributes:
        model: what writes.
    """

    def __init__(self, model: CaptionModel, *, loss: Literal["word", "caption"] = "word") -> None:
        super().__init__()
        self.model = model
        self.loss = loss

    def optimised(self) -> Mapping[str, Iterable[nn.Parameter]]:
        """All parameters have the same turn."""
        return {TURN: self.parameters()}

    def turns(self, step: int) -> tuple[str, ...]:  # noqa: ARG002 - the protocol's signature
        """Every step has the one turn."""
        return (TURN,)

    def answer(self, batch: CaptionBatch) -> Output:
        """Say what follows each word of the captions, by the words in front of it: logits (B, T + 1, V)."""
        output: Output = self.model(
            batch.images, batch.words[:, :-1], batch.image_index, batch.region_mask, batch.boxes
        )
        return output

    def surprise(self, batch: CaptionBatch) -> Tensor:
        """Return -log p of each word and of the end, (B, T + 1); 0 behind it."""
        logits = self.answer(batch).logits.float()
        return F.cross_entropy(logits.transpose(1, 2), batch.words[:, 1:], ignore_index=PADDING, reduction="none")

    def forward(self, batch: CaptionBatch, turn: str = TURN) -> tuple[Tensor, dict[str, Tensor]]:  # noqa: ARG002
        """Return the loss and what to log, without waiting for the device."""
        surprise = self.surprise(batch)
        a_word = surprise.sum() / (batch.words[:, 1:] != PADDING).sum()
        loss = a_word if self.loss == "word" else surprise.sum(dim=1).mean()
        return loss, {"loss": loss.detach(), "perplexity": torch.exp(a_word.detach())}
