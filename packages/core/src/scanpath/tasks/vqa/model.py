"""The section that a model is saved as, and the model built from it."""

from __future__ import annotations

from typing import Any

from scanpath.hosts import VQAModel, build_host
from scanpath.tasks.section import Section
from scanpath.tasks.vqa.settings import ModelSettings


class ModelSection(Section):
    """Everything that builds a model, but its weights."""

    model: ModelSettings
    answers: int
    """A."""
    vocabulary_size: int
    beside_dim: int = 0
    """Width of word vectors that stand beside the learnt words."""
    region_shape: list[int] | None
    """Shape of a picture's features, [*S, D]; None for a model that sees the pictures themselves."""
    backbone: dict[str, Any] | None
    """What made the features, as their store describes it."""
    picture_size: list[int] | None = None
    """Height and width of the pictures that a model learnt from end to end; None for features, and where unknown."""

    def build(self) -> VQAModel:
        """Build the model under torch's current random state."""
        return build_host(
            self.model.plain(),
            vocabulary_size=self.vocabulary_size,
            answers=self.answers,
            beside_dim=self.beside_dim,
            feature_shape=None if self.region_shape is None else tuple(self.region_shape),
        )
