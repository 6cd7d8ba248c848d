"""The section that a classifier is saved as, and the model built from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field

from scanpath.errors import DataError
from scanpath.features.preprocessing import Statistics
from scanpath.files import read_json, write_json
from scanpath.hosts import PictureModel, build_classifier
from scanpath.settings import Settings
from scanpath.tasks.classification.settings import ModelSettings

MODEL = "model.json"
Colours = Annotated[tuple[float, float, float], Field(strict=False)]


class ClassifierSection(Settings):
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

    def save(self, folder: Path) -> None:
        """Write ``model.json``."""
        write_json(folder / MODEL, self.plain(), indent=1)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read ``model.json``."""
        content = read_json(folder / MODEL)
        if not isinstance(content, dict):
            raise DataError(f"{folder / MODEL} is no model's section: the file was changed.")
        return cls.parse(content, source=str(folder / MODEL))

    def build(self) -> PictureModel:
        """Build the model under torch's current random state."""
        statistics = Statistics(self.mean, self.deviation)
        return build_classifier(self.model.plain(), classes=len(self.classes), statistics=statistics)
