"""The section that a model of captions is saved as, and the model built from it."""

from __future__ import annotations

from typing import Any

from scanpath.hosts.caption_model import CaptionModel, build_captioner
from scanpath.tasks.captioning.settings import ModelSettings
from scanpath.tasks.section import Section


class CaptionerSection(Section):
    """Everything that builds a model, but its weights."""

    model: ModelSettings
    vocabulary_size: int
    region_shape: list[int] | None
    """Shape of a picture's features, [*S, D]; None for a model that sees the pictures themselves."""
    backbone: dict[str, Any] | None
    """What made the features, as their store describes it."""
    picture_size: list[int] | None = None
    """Height and width of the pictures that a model learnt from end to end; None for features."""

    def build(self) -> CaptionModel:
        """Build the model under torch's current random state."""
        shape = None if self.region_shape is None else tuple(self.region_shape)
        return build_captioner(self.model.plain(), vocabulary_size=self.vocabulary_size, feature_shape=shape)
