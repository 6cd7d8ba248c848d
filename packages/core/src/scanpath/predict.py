"""One picture and one question: the answer, how sure the model is, and where it looked. No data set is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.data.images import decode
from scanpath.data.vocabulary import tokenize
from scanpath.errors import ConfigError, DataError, RunError, ShapeError
from scanpath.experiments.running import LoadedRun, load_run
from scanpath.features.backbones import Backbone, create_backbone
from scanpath.tasks.vqa.batch import NO_ANSWER, VQABatch
from scanpath.tasks.vqa.objective import VQAObjective
from scanpath.tasks.vqa.records import make_records
from scanpath.tasks.vqa.task import VQATask

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Prediction:
    """What a model says of one question about one picture."""

    question: str
    answer: str
    probability: float
    top: list[tuple[str, float]]
    """The five likeliest answers with their probabilities."""
    unknown: list[str]
    """Words of the question that the model has never read."""
    picture: Picture
    """(H, W, 3)."""
    maps: dict[str, npt.NDArray[np.float32]]
    """By what they lie over, ``regions`` (M, h, w) or ``tokens`` (M, T); empty for a model without attention."""
    names: dict[str, list[str]]
    """One name a map, such as ``hop 1``."""

    def save(self, path: Path) -> list[Path]:
        """Draw the maps over the picture into ``path`` (PNG) and write the raw weights beside it (npz).

        With more than one place that has maps over the picture, the place's name is added to the file's.

        Returns:
            the files written; none for a model without maps over the picture.
        """
        from scanpath.report.overlay import save_maps

        drawn = {place: maps for place, maps in self.maps.items() if maps.ndim == 3}
        written: list[Path] = []
        for place, maps in drawn.items():
            target = path if len(drawn) == 1 else path.with_name(f"{path.stem}-{place}{path.suffix}")
            written += save_maps(target, self.picture, maps, self.names[place])
        return written


class Predictor:
    """A run made ready for pictures of one's own.

    Args:
        run: a loaded run, or its folder.
        device: where the model runs.

    Raises:
        RunError: the run's task is not visual question answering, or it has no checkpoint.
        ConfigError: the run's features cannot be computed from a picture.
    """

    def __init__(self, run: LoadedRun | Path | str, *, device: str = "cpu") -> None:
        loaded = run if isinstance(run, LoadedRun) else load_run(Path(run))
        task: Any = loaded.task
        if not isinstance(task, VQATask):
            raise RunError(f"{loaded.folder.path} is a run of {task.name!r}: only 'vqa' answers questions.")
        self.task = task
        self.objective: VQAObjective = loaded.objective.to(device).eval()
        self.device = device
        section = self.task.model_section
        self._shape = section.region_shape
        self._backbone = None if self._shape is None else _backbone(section.backbone, loaded.folder.path, device)

    @torch.no_grad()
    def __call__(self, picture: Picture | Path | str, question: str) -> Prediction:
        """Answer one question.

        Args:
            picture: uint8 (H, W, 3), or the path of an image file.
            question: in the language of the training questions.

        Raises:
            DataError: the picture cannot be read.
            ConfigError: the question has no words.
        """
        words = tokenize(question)
        if not words:
            raise ConfigError(f"the question {question!r} has no words: ask one, such as 'what color is the circle?'.")
        pixels = picture if isinstance(picture, np.ndarray) else read_picture(Path(picture))
        known = self.task.vocabularies
        batch = VQABatch(
            images=self._regions(pixels),
            image_index=torch.zeros(1, dtype=torch.int64),
            tokens=torch.from_numpy(known.encode([question])),
            answers=torch.full((1, 1), NO_ANSWER),
            question_ids=torch.zeros(1, dtype=torch.int64),
        )
        output = self.objective.answer(batch.to(self.device))
        record = make_records(batch.question_ids, output.logits, known.answers)["0"]
        return Prediction(
            question=question,
            answer=record["answer"],
            probability=record["probability"],
            top=[(answer, probability) for answer, probability in record["top"]],
            unknown=[word for word in dict.fromkeys(words) if word not in known.words.words],
            picture=pixels,
            maps={place: maps[0].float().cpu().numpy() for place, maps in output.maps.items()},
            names={place: self._names(maps.shape[1]) for place, maps in output.maps.items()},
        )

    def _regions(self, pixels: Picture) -> Tensor:
        if self._backbone is None:
            channels_first = np.ascontiguousarray(pixels.transpose(2, 0, 1))
            return torch.from_numpy(channels_first)[None]
        prepared = self._backbone.prepare(pixels)[None].to(self.device)
        features: Tensor = self._backbone(prepared).half()  # as stores keep them
        if list(features.shape[1:]) != self._shape:
            raise ShapeError(
                f"the backbone gives features {tuple(features.shape[1:])}, the model was trained on {self._shape}."
            )
        return features

    def _names(self, count: int) -> list[str]:
        model = self.objective.model
        axis = getattr(model.attention or model.co_attention, "axis", "map")
        return [f"{axis} {number}" for number in range(1, count + 1)]


def predict(run: LoadedRun | Path | str, picture: Picture | Path | str, question: str) -> Prediction:
    """Answer one question about one picture with a trained run; for many, keep a :class:`Predictor`.

    Args:
        run: a loaded run, or its folder.
        picture: uint8 (H, W, 3), or the path of an image file.
        question: in the language of the training questions.
    """
    return Predictor(run)(picture, question)


def read_picture(path: Path) -> Picture:
    """Read an image file, uint8 (H, W, 3).

    Raises:
        DataError: it is missing, or no whole picture.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"the picture {path} cannot be read ({error.strerror}): check the path.") from None
    return decode(content, f"the picture {path}")


def _backbone(facts: Mapping[str, Any] | None, folder: Path, device: str) -> Backbone:
    """Build the backbone that made a run's features, and see that it is the same one."""
    if not facts or "name" not in facts:
        raise ConfigError(
            f"{folder} was trained on features of unknown origin, which cannot be computed from a picture: "
            "train a run on a backbone of scanpath, such as scenes_cnn."
        )
    size = facts.get("input_size") or [None]
    backbone = create_backbone(str(facts["name"]), size=size[0])
    if backbone.sha256 != facts.get("sha256"):
        raise RunError(
            f"{folder} was trained on features of {facts['name']!r} with other weights than the installed ones: "
            "its answers would mean nothing; install the version it was trained with, or train again."
        )
    return backbone.to(device)
