"""A trained model with all it takes to answer a question about a picture of one's own; no data set is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import torch

from scanpath.errors import ConfigError, RunError
from scanpath.experiments.loading import LoadedRun, load_run as load_run_folder
from scanpath.hosts import VQAModel
from scanpath.predict import hub, saved
from scanpath.predict.card import card_of
from scanpath.predict.pictures import Given, as_picture
from scanpath.predict.prediction import Prediction
from scanpath.predict.sight import Array, Seen, Sight
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.maps import map_layers, what_looks
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.records import favourites
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath.training.run_folder import RunFolder
from scanpath.types import Output


class Model:
    """A :class:`scanpath.hosts.VQAModel` with its vocabularies, and the backbone of its features.

    Args:
        module: what answers; it is put into eval mode.
        vocabularies: the words and answers that it knows.
        section: what built it.
        origin: what to call it in an error.
        run: the run that trained it, if it lies here; the model card is made from it.
        card: the model card that came with it.
        device: where it runs.
    """

    def __init__(
        self,
        module: VQAModel,
        vocabularies: Vocabularies,
        section: ModelSection,
        *,
        origin: str = "the model",
        run: LoadedRun | None = None,
        card: str | None = None,
        device: str = "cpu",
    ) -> None:
        self.module = module.to(device).eval()
        self.vocabularies = vocabularies
        self.section = section
        self.origin = origin
        self.run = run
        self.card = card
        self.device = device
        self._sight = Sight(section, origin=origin, device=device)

    @classmethod
    def from_run(cls, run: LoadedRun | Path | str, *, device: str = "cpu") -> Self:
        """Take the best checkpoint of a run.

        Args:
            run: a loaded run, or its folder.
            device: where the model runs.

        Raises:
            RunError: the run's task is not visual question answering, or it has no checkpoint.
        """
        loaded = run if isinstance(run, LoadedRun) else load_run_folder(Path(run))
        task: Any = loaded.task
        folder = str(loaded.folder.path)
        if not isinstance(task, VQATask):
            raise RunError(
                f"{folder} is a run of {task.name!r}: only 'vqa' answers questions"
                + ("; give no question, or take scanpath.predict.Classifier." if task.name == "classification" else ".")
            )
        return cls(
            loaded.objective.model, task.vocabularies, task.model_section, origin=folder, run=loaded, device=device
        )

    @classmethod
    def from_pretrained(cls, origin: str | Path, *, revision: str | None = None, device: str = "cpu") -> Self:
        """Load what :meth:`save_pretrained` wrote.

        Args:
            origin: its folder, or the name of a model on the hub, ``"owner/name"``.
            revision: branch, tag or commit of a model on the hub.
            device: where the model runs.

        Raises:
            DataError: nothing is there, or it is no model of this version of scanpath.
            RunError: the weights are damaged or another model's.
            UnknownNameError: a mechanism that nothing installed brings; the sentence names the package.
        """
        folder = hub.fetch(str(origin), revision) if hub.is_name(origin) else Path(origin)
        found = saved.read(folder, str(origin))
        return cls(found.module, found.vocabularies, found.section, origin=str(origin), card=found.card, device=device)

    @torch.no_grad()
    def predict(
        self, picture: Given, question: str, *, features: Array | None = None, boxes: Array | None = None
    ) -> Prediction:
        """Answer one question about one picture.

        Args:
            picture: a path, a PIL image, or a uint8 array (H, W), (H, W, 3) or (H, W, 4).
            question: in the language of the training questions.
            features: the picture's regions (*S, D), for a model that was trained on features of other software; None
                computes them.
            boxes: where those regions lie, (K, 4) as x1, y1, x2, y2 in [0, 1].

        Raises:
            DataError: the picture cannot be read.
            ConfigError: the question has no words, or the features cannot be computed from a picture.
            ShapeError: something that is no picture, or features of another form.
        """
        read = self.vocabularies.reading.split(question)
        if not read:
            raise ConfigError(f"the question {question!r} has no words: ask one, such as 'what color is the circle?'.")
        pixels = as_picture(picture)
        if self.module.image is None:
            seen = Seen(torch.zeros(1, 1, device=self.device))  # it reads the question alone
        else:
            seen = self._sight.see(pixels) if features is None else self._sight.given(features, boxes)
        words = self.vocabularies.reading.words(question, self.vocabularies.length)
        output = self._answer(seen, question)
        (top,) = favourites(output.logits, self.vocabularies.answers)
        looks = what_looks(self.module)
        maps = {place: weights[0].float().cpu().numpy() for place, weights in output.maps.items()}
        return Prediction(
            question=question,
            words=words,
            unknown=[word for word in dict.fromkeys(read) if word not in self.vocabularies.words.words],
            answer=top[0][0],
            probability=top[0][1],
            top=top,
            picture=pixels,
            maps=maps | ({"tokens": maps["tokens"][:, self._places(len(words))]} if "tokens" in maps else {}),
            names={place: [f"{looks.axis} {n + 1}" for n in range(len(weights))] for place, weights in maps.items()},
            kind=getattr(looks, "kind", "soft"),
            boxes=None if seen.boxes is None else seen.boxes[0].cpu().numpy(),
            layers=map_layers(self.module),
        )

    def save_pretrained(self, folder: Path | str, *, name: str | None = None, licence: str | None = None) -> Path:
        """Write ``config.json``, ``model.safetensors`` and ``README.md``, a model card; nothing is pickled.

        Args:
            folder: where to; one that this wrote before is replaced, any other must be empty.
            name: what others will load it by, such as ``"owner/name"``; the folder's name by default. A card that came
                with a loaded model is kept as it is.
            licence: of the weights, as the hub abbreviates it (``cc-by-4.0``); it is for whoever shares them to say.

        Raises:
            ConfigError: the folder holds something else, or a licence for a model that came with its card.
        """
        target = Path(folder).resolve()  # a name to write beside, also for "."
        if self.card is not None and licence is not None:
            raise ConfigError(f"{self.origin} came with a model card: name the licence there, in README.md.")
        card = self.card or card_of(self, name or target.name, licence)
        saved.write(target, self.module, self.vocabularies, self.section, card)
        return Path(folder)

    def push_to_hub(self, name: str, *, private: bool = False, licence: str | None = None) -> str:
        """Upload what :meth:`save_pretrained` writes; whoever is logged in must own ``name``, ``"owner/name"``.

        Returns:
            the address of the model's page.

        Raises:
            DataError: the hub refused, with its reason.
        """
        return hub.push(name, lambda folder: self.save_pretrained(folder, name=name, licence=licence), private=private)

    def _places(self, words: int) -> slice:
        return self.vocabularies.reading.places(words, self.vocabularies.length)

    def _answer(self, seen: Seen, question: str) -> Output:
        tokens = torch.from_numpy(self.vocabularies.encode([question])).to(self.device)
        first = torch.zeros(1, dtype=torch.int64, device=self.device)
        output: Output = self.module(seen.images, tokens, first, None, seen.boxes)
        return output


def load_run(origin: str | Path, *, device: str = "cpu") -> Model:
    """Load a model to ask: ``load_run("runs/0f3a9c81d2e4").predict("scene.png", "what color is the circle?")``.

    Args:
        origin: the folder of a run, a folder that ``save_pretrained`` wrote, or the name of a model on the hub.
        device: where the model runs.
    """
    folder = Path(origin)
    if saved.is_saved(folder) or hub.is_name(origin):
        return Model.from_pretrained(origin, device=device)
    if folder.is_dir() and not RunFolder.holds_run(folder):
        raise RunError(f"{folder} holds neither a run (config.yaml) nor a saved model (config.json): check the path.")
    return Model.from_run(folder, device=device)


def predict(run: LoadedRun | Path | str, picture: Given, question: str) -> Prediction:
    """Answer one question about one picture; for many, keep a :class:`Model`.

    Args:
        run: a loaded run, or what :func:`load_run` takes.
        picture: a path, a PIL image or a uint8 array.
        question: in the language of the training questions.
    """
    model = Model.from_run(run) if isinstance(run, LoadedRun) else load_run(run)
    return model.predict(picture, question)
