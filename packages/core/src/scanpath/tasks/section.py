"""The section that a task's model is saved as, beside its weights: ``model.json`` of a run's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from scanpath.errors import DataError
from scanpath.files import read_json, write_json
from scanpath.settings import Settings

MODEL = "model.json"


class Section(Settings):
    """Everything that builds a model, but its weights."""

    def save(self, folder: Path) -> None:
        """Write ``model.json``."""
        write_json(folder / MODEL, self.plain(), indent=1)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read ``model.json``.

        Raises:
            DataError: it is missing or broken.
            ConfigError: it has other keys or values than such a section.
        """
        content = read_json(folder / MODEL)
        if not isinstance(content, dict):
            raise DataError(f"{folder / MODEL} is no model's section: the file was changed.")
        return cls.parse(content, source=str(folder / MODEL))
