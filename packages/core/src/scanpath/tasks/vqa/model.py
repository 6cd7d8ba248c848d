"""The section that a model is saved as, and the model built from it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Self

from scanpath.attention import create_attention, create_co_attention
from scanpath.errors import DataError
from scanpath.files import read_json, write_json
from scanpath.hosts.canonical import canonical
from scanpath.hosts.vqa_model import VQAModel
from scanpath.settings import Settings
from scanpath.tasks.vqa.settings import ModelSettings

MODEL = "model.json"


class ModelSection(Settings):
    """Everything that builds a model, but its weights."""

    model: ModelSettings
    answers: int
    """A."""
    vocabulary_size: int
    region_shape: list[int] | None
    """Shape of a picture's features, [*S, D]; None for a model that sees the pictures themselves."""
    backbone: dict[str, Any] | None
    """What made the features, as their store describes it."""

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

    def build(self) -> VQAModel:
        """Build the model under torch's current random state."""
        section = self.model
        places: dict[str, Any] = {}
        if section.attention is not None:
            places["attention"] = functools.partial(create_attention, section.attention, **section.attention_options)
        if section.co_attention is not None:
            places["co_attention"] = functools.partial(
                create_co_attention, section.co_attention, **section.co_attention_options
            )
        feature_dim = None if self.region_shape is None else self.region_shape[-1]
        return canonical(
            answers=self.answers,
            vocabulary_size=self.vocabulary_size,
            feature_dim=feature_dim,
            **{"attention": None, **places},
            **section.host_options,
        )
