"""The model of classification together with its loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.hosts import PictureModel
from scanpath.tasks.classification.augmentation import Augmentation
from scanpath.tasks.classification.batch import PictureBatch
from scanpath.types import Output

TURN = "classification"


class ClassificationObjective(nn.Module):
    """One turn, ``"classification"``: cross entropy of the true class.

    Attributes:
        model: what classes.
        augmentation: what is done to pictures first, while it is trained.
    """

    def __init__(self, model: PictureModel, *, augmentation: Augmentation | None = None) -> None:
        super().__init__()
        self.model = model
        self.augmentation = augmentation or Augmentation()

    def optimised(self) -> Mapping[str, Iterable[nn.Parameter]]:
        """All parameters have the same turn."""
        return {TURN: list(self.parameters())}

    def turns(self, step: int) -> tuple[str, ...]:  # noqa: ARG002 - the protocol's signature
        """Every step has the one turn."""
        return (TURN,)

    def answer(self, batch: PictureBatch) -> Output:
        """Run the model on the pictures as they are: logits (B, A) and maps."""
        output: Output = self.model(batch.pictures)
        return output

    def forward(self, batch: PictureBatch, turn: str = TURN) -> tuple[Tensor, dict[str, Tensor]]:  # noqa: ARG002
        """Return the loss and what to log, without waiting for the device."""
        if self.training:
            batch = batch._replace(pictures=self.augmentation(batch.pictures))
        logits = self.answer(batch).logits.float()
        loss = F.cross_entropy(logits, batch.labels)
        error = 100 * (logits.detach().argmax(dim=1) != batch.labels).float().mean()
        return loss, {"loss": loss.detach(), "error": error}
