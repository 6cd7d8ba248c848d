"""The section that a classifier is saved as, and the model built from it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scanpath.features.preprocessing import Statistics
from scanpath.hosts import PictureModel, build_classifier
from scanpath.tasks.classification.settings import ModelSettings
from scanpath.tasks.section import Section

Colours = Annotated[tuple[float, float, float], Field(strict=False)]


class ClassifierSection(Section):
    """Everything that builds a model, but its weights."""

    model: ModelSettings
    labels: str
    """What is told, such as ``digit``."""
    classes: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    """What the numbers of its answers mean."""
    mean: Colours
    """Of the pixels in [0, 1] of each colour."""
    deviation: Colours
    picture_shape: Annotated[tuple[int, int, int], Field(strict=False)]
    """(C, H, W) of the pictures that it learnt from."""

    def build(self) -> PictureModel:
        """Build the model under torch's current random state."""
        statistics = Statistics(self.mean, self.deviation)
        return build_classifier(self.model.plain(), classes=len(self.classes), statistics=statistics)
