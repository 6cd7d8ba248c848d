"""A trained classifier with all it takes to class a picture of one's own; no data set is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch

from scanpath.errors import DataError, RunError
from scanpath.experiments.loading import LoadedRun, load_run
from scanpath.features.preprocessing import Fit
from scanpath.hosts import PictureModel
from scanpath.predict.pictures import Given, as_picture
from scanpath.predict.prediction import Prediction
from scanpath.tasks.classification import ClassificationTask
from scanpath.tasks.classification.maps import places_that_look
from scanpath.tasks.classification.model import ClassifierSection
from scanpath.tasks.classification.pictures import Form
from scanpath.tasks.classification.records import TOP
from scanpath.tasks.vqa.maps import what_looks
from scanpath.training.run_folder import RunFolder

_GREY = np.array([0.299, 0.587, 0.114])
"""How bright red, green and blue are (ITU-R BT.601), as Pillow has it."""


def is_classifier(folder: Path | str) -> bool:
    """Tell whether a folder holds a run of classification."""
    folder = Path(folder)
    return RunFolder.holds_run(folder) and RunFolder.open(folder).config["task"]["name"] == ClassificationTask.name


class Classifier:
    """A :class:`scanpath.hosts.PictureModel` with the names of its classes.

    Args:
        module: what classes; it is put into eval mode.
        section: what built it.
        fit: how pictures are brought to its size.
        device: where it runs.
    """

    def __init__(
        self, module: PictureModel, section: ClassifierSection, *, fit: Fit = "crop", device: str = "cpu"
    ) -> None:
        self.module = module.to(device).eval()
        self.section = section
        self.fit = fit
        self.device = device

    @classmethod
    def from_run(cls, run: LoadedRun | Path | str, *, device: str = "cpu") -> Self:
        """Take the best checkpoint of a run.

        Args:
            run: a loaded run, or its folder.
            device: where the model runs.

        Raises:
            RunError: the run's task is not classification, or it has no checkpoint.
        """
        loaded = run if isinstance(run, LoadedRun) else load_run(Path(run))
        task: Any = loaded.task
        if not isinstance(task, ClassificationTask):
            raise RunError(f"{loaded.folder.path} is a run of {task.name!r}: only 'classification' classes pictures.")
        return cls(loaded.objective.model, task.section, fit=task.settings.fit, device=device)

    @torch.no_grad()
    def predict(self, picture: Given) -> Prediction:
        """Class one picture, and tell where the network let it through, or looked.

        Args:
            picture: a path, a PIL image, or a uint8 array (H, W), (H, W, 3) or (H, W, 4).

        Returns:
            The classes as answers; the picture is the part that the model saw, in its size.

        Raises:
            DataError: the picture cannot be read, or cannot be brought to the size that the model learnt from.
            ShapeError: something that is no picture.
        """
        seen = self._brought(as_picture(picture))  # (C, H, W)
        output = self.module(torch.from_numpy(seen).unsqueeze(0).to(self.device))
        sure = torch.softmax(output.logits[0].double(), 0)
        order = torch.sort(sure, descending=True, stable=True).indices[:TOP].tolist()
        top = [(self.section.classes[number], float(sure[number])) for number in order]
        places = places_that_look(output, self.module)
        maps = {place: output.maps[place][0].float().cpu().numpy() for place in places}
        looks = what_looks(self.module)
        gated = places != ("regions",)
        return Prediction(
            question=f"{self.section.labels}?",
            words=[],
            unknown=[],
            answer=top[0][0],
            probability=top[0][1],
            top=top,
            picture=np.ascontiguousarray(np.broadcast_to(seen, (3, *seen.shape[1:])).transpose(1, 2, 0)),
            maps=maps,
            names={
                place: [place if gated and len(found) == 1 else f"{looks.axis} {n + 1}" for n in range(len(found))]
                for place, found in maps.items()
            },
            kind="gate" if gated else looks.kind,
        )

    def _brought(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Bring a picture (H, W, 3) to the colours and the size that the model learnt from."""
        channels, height, width = self.section.picture_shape
        found = np.ascontiguousarray(picture.transpose(2, 0, 1))
        if found.shape[1:] != (height, width):
            if height != width:
                raise DataError(
                    f"the model learnt from pictures of {width}x{height} pixels and got one of "
                    f"{found.shape[2]}x{found.shape[1]}: give one of that size."
                )
            found = Form(height, self.fit).bring(found)
        if channels == 1:
            return np.rint(np.tensordot(_GREY, found, 1)).astype(np.uint8)[None]
        return found
