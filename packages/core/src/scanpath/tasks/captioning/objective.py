"""The model of captions together with its loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.data.vocabulary import PADDING
from scanpath.hosts.caption_model import CaptionModel, Seen
from scanpath.tasks.captioning.batch import CaptionBatch
from scanpath.types import Output

TURN = "captioning"


class CaptionObjective(nn.Module):
    """One turn, ``"captioning"``: all parameters against the cross-entropy of each next word, and a host's own loss.

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

    def see(self, batch: CaptionBatch) -> Seen:
        """Look at a batch's pictures, once each: N rows."""
        return self.model.see(batch.images, batch.region_mask, batch.boxes)

    def answer(self, batch: CaptionBatch) -> Output:
        """Say what follows each word of the captions, by the words in front of it: logits (B, T + 1, V)."""
        return self.model.follow(self.see(batch).rows(batch.image_index), batch.words[:, :-1])

    def surprise(self, seen: Seen, words: Tensor) -> Tensor:
        """Return -log p of each word and of the end of captions (B, T + 2), row by row: (B, T + 1); 0 behind it."""
        logits = self.model.follow(seen, words[:, :-1]).logits.float()
        return F.cross_entropy(logits.transpose(1, 2), words[:, 1:], ignore_index=PADDING, reduction="none")

    def forward(self, batch: CaptionBatch, turn: str = TURN) -> tuple[Tensor, dict[str, Tensor]]:  # noqa: ARG002
        """Return the loss and what to log, without waiting for the device."""
        seen = self.see(batch).rows(batch.image_index)
        surprise = self.surprise(seen, batch.words)
        a_word = surprise.sum() / (batch.words[:, 1:] != PADDING).sum()
        loss = a_word if self.loss == "word" else surprise.sum(dim=1).mean()
        told = {"perplexity": torch.exp(a_word.detach())}
        own = self.model.own_loss(seen, batch.words)
        if own is not None:
            loss, told["own_loss"] = loss + own, own.detach()
        return loss, {"loss": loss.detach(), **told}
