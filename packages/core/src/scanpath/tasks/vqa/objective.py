"""The VQA model together with its loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torch import Tensor, nn

from scanpath.errors import ConfigError, near
from scanpath.hosts import VQAModel
from scanpath.tasks.vqa.batch import VQABatch
from scanpath.tasks.vqa.losses import LOSSES, batch_accuracy
from scanpath.types import CoAttended, Output

TURN = "vqa"


class VQAObjective(nn.Module):
    """One turn, ``"vqa"``: all parameters that are learnt, against one loss.

    Attributes:
        model: what answers.
    """

    def __init__(self, model: VQAModel, *, loss: str = "soft") -> None:
        super().__init__()
        if loss not in LOSSES:
            hint = near(loss, LOSSES) or f"; known are {', '.join(LOSSES)}."
            raise ConfigError(f"there is no loss {loss!r}{hint}")
        self.model = model
        self.loss = LOSSES[loss]

    def optimised(self) -> Mapping[str, Iterable[nn.Parameter]]:
        """All parameters have the same turn, but for those that the model keeps as they are: given word vectors."""
        return {TURN: [parameter for parameter in self.parameters() if parameter.requires_grad]}

    def turns(self, step: int) -> tuple[str, ...]:  # noqa: ARG002 - the protocol's signature
        """Every step has the one turn."""
        return (TURN,)

    def answer(self, batch: VQABatch) -> Output:
        """Run the model: logits (B, A) and maps."""
        output: Output = self.model(batch.images, batch.tokens, batch.image_index, batch.region_mask, batch.boxes)
        return output

    def presence(self, batch: VQABatch) -> Tensor | None:
        """Run the model up to its hard choice: how present each region was to it, (B, *S); None where none says so."""
        _, found = self.model.look(batch.images, batch.tokens, batch.image_index, batch.region_mask, batch.boxes)
        over = found.regions if isinstance(found, CoAttended) else found
        return None if over is None else over.extras.get("presence")

    def forward(self, batch: VQABatch, turn: str = TURN) -> tuple[Tensor, dict[str, Tensor]]:  # noqa: ARG002
        """Return the loss and what to log, without waiting for the device."""
        logits = self.answer(batch).logits
        loss = self.loss(logits, batch.answers)
        return loss, {"loss": loss.detach(), "accuracy": batch_accuracy(logits.detach(), batch.answers)}
