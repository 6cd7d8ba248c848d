"""What a model says of one question about one picture, and the sheet that shows it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from scanpath.files import write_atomically
from scanpath.predict.pictures import Picture
from scanpath.tasks.vqa.maps import WORD_PLACES
from scanpath.types import Kind

if TYPE_CHECKING:
    from PIL.Image import Image

    from scanpath.report.panels import Panel

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """An answer, how sure the model is, and where it looked."""

    question: str
    words: list[str]
    """The question as the model read it; what is beyond the length it knows is cut off."""
    unknown: list[str]
    """Words of the question that the model has never read."""
    answer: str
    probability: float
    top: list[tuple[str, float]]
    """The five likeliest answers with their probabilities."""
    picture: Picture
    """(H, W, 3)."""
    maps: dict[str, Floats]
    """By what they lie over, ``regions`` (M, h, w) or (M, K), ``tokens`` (M, len(words)); empty without attention."""
    names: dict[str, list[str]]
    """One name a map, such as ``hop 1``."""
    kind: Kind = "soft"
    """How the maps' weights read."""
    boxes: Floats | None = None
    """Of the K regions, (K, 4) as x1, y1, x2, y2 in [0, 1]; None for a grid, and where nobody knows."""
    layers: tuple[int, ...] = ()
    """How many of the K regions belong to each layer of a CNN, where there are several."""

    def draw(self) -> Image:
        """Draw question, answers, one panel a map and the words with their weights on one sheet."""
        from scanpath.report.answer_sheet import Sheet, answer_sheet

        words = {place: maps for place, maps in self.maps.items() if place in WORD_PLACES}
        return answer_sheet(
            Sheet(
                question=self.question,
                answers=self.top,
                picture=self.picture,
                panels=self._panels(),
                words=self.words,
                word_maps={
                    name: one
                    for place, maps in words.items()
                    for name, one in zip(self.names[place], maps, strict=True)
                },
            )
        )

    def _panels(self) -> list[Panel]:
        from scanpath.report.panels import panels

        return [
            panel
            for place, maps in self.maps.items()
            if place not in WORD_PLACES
            for panel in panels(maps, self.names[place], kind=self.kind, boxes=self.boxes, layers=self.layers)
        ]

    def save(self, path: Path | str) -> list[Path]:
        """Write the sheet to ``path`` (PNG) and the raw weights beside it (npz).

        The archive holds the maps and their names by place, ``regions`` and ``regions_names``, and the words.

        Returns:
            the files written; none for a model without maps.
        """
        if not self.maps:
            return []
        path = Path(path)
        drawn = path if path.suffix.lower() == ".png" else path.with_name(f"{path.name}.png")
        stream = io.BytesIO()
        self.draw().save(stream, format="PNG", optimize=True)
        arrays: dict[str, Any] = {**self.maps, "words": np.asarray(self.words, dtype=np.str_)}
        arrays |= {f"{place}_names": np.asarray(names, dtype=np.str_) for place, names in self.names.items()}
        if self.boxes is not None:
            arrays["boxes"] = self.boxes
        raw = io.BytesIO()
        np.savez_compressed(raw, **arrays)
        write_atomically(drawn, stream.getvalue())
        write_atomically(drawn.with_suffix(".npz"), raw.getvalue())
        return [drawn, drawn.with_suffix(".npz")]
