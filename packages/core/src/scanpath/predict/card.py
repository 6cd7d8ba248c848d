"""The model card, ``README.md`` of a saved model: made from the run, it says what was measured and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import numpy as np

from scanpath import __version__
from scanpath.data.vqa import read_results
from scanpath.errors import ConfigError, ScanpathError
from scanpath.experiments.config import FINGERPRINT, key_of
from scanpath.experiments.loading import LoadedRun
from scanpath.experiments.running import RESULT
from scanpath.experiments.vqa_reporting import RESAMPLES, mechanism
from scanpath.files import read_json
from scanpath.metrics.intervals import bootstrap_mean
from scanpath.predict.saved import required
from scanpath.tasks.vqa import VQATask

if TYPE_CHECKING:
    from scanpath.predict.model import Model

QUESTIONS = ("what color is the large circle?", "what color is the circle?", "is there a red shape?", "what is this?")
"""Tried in order for one whose words the model knows."""
UNNAMED = (
    "The library that runs this model is under Apache-2.0. Nobody has named a licence for these weights yet: ask "
    "whoever shares them."
)
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_LENGTHS = ("samples", "epochs", "steps")


def card_of(model: Model, name: str, licence: str | None = None) -> str:
    """Write the card of a model.

    Args:
        model: with its run, if it lies here; without, the card says that nothing is known of its training.
        name: what it is loaded by in the example.
        licence: of the weights, as the hub abbreviates it.

    Raises:
        ConfigError: a licence that is no such abbreviation.
    """
    if licence is not None and not _LICENCE.fullmatch(licence):
        raise ConfigError(f"{licence!r} is no abbreviation of a licence: write it as the hub does, such as cc-by-4.0.")
    looks = mechanism(model.section.model)
    head = ["library_name: scanpath", "pipeline_tag: visual-question-answering"]
    if licence is not None:
        head.append(f"license: {licence}")
    template = Template(Path(__file__).with_name("card.md").read_text(encoding="utf-8"))
    return template.substitute(
        head="\n".join(head),
        title=looks[0].lower() + looks[1:] + ("" if model.run is None else f" on {model.run.config.task.data}"),
        packages=" ".join(['"scanpath[train]"', *required(model.section.model.plain())]),
        name=_text(name),
        question=_text(_question(model)),
        facts="\n".join(f"| {key} | {_cell(value)} |" for key, value in _facts(model)),
        limits="\n".join(f"* {sentence}" for sentence in _limits(model)),
        licence=UNNAMED if licence is None else f"The weights: {licence}. The library that runs them: Apache-2.0.",
    )


def _question(model: Model) -> str:
    split, known = model.vocabularies.reading.split, set(model.vocabularies.words.words)
    return next((one for one in QUESTIONS if known.issuperset(split(one))), QUESTIONS[-1])


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ")


def _facts(model: Model) -> Iterator[tuple[str, str]]:
    section, known = model.section, model.vocabularies
    options = section.model.model_extra or {}
    count = sum(parameter.numel() for parameter in model.module.parameters())
    yield "Looks by", f"{mechanism(section.model)}; {count:,} parameters"
    yield "Host", ", ".join([section.model.name, *(f"{key} {value}" for key, value in options.items())])
    yield "Sees", _sees(section.region_shape, section.backbone, section.picture_size)
    yield "Knows", f"{len(known.words.words):,} words of questions, {len(known.answers):,} answers"
    if model.run is None:
        yield "Training", "unknown: the run was not there when this card was written"
    else:
        yield from _training(model.run)
    yield "Written by", f"scanpath {__version__}"


def _sees(shape: list[int] | None, backbone: dict[str, Any] | None, size: list[int] | None) -> str:
    if shape is None:
        return "the picture, end to end" + (f", stretched to {size[1]}x{size[0]} pixels" if size else "")
    sizes = "x".join(map(str, shape))
    if not backbone or "name" not in backbone:
        return f"features {sizes} of unknown origin: hand them to predict(..., features=...)"
    return f"features {sizes} of {backbone['name']}, weights {str(backbone.get('sha256'))[:12]}"


def _training(run: LoadedRun) -> Iterator[tuple[str, str]]:
    task: Any = run.task
    settings, training = task.settings, run.config.training
    checksum = run.folder.config.get(FINGERPRINT, {}).get("data", "unknown")
    yield "Data", f"{settings.data}, split {training.split}, checksum {checksum[:12]}"
    budget = next(f"{getattr(training, name):,} {name}" for name in _LENGTHS if getattr(training, name) is not None)
    yield "Budget", f"{budget} in batches of {training.batch_size}, {training.precision}; loss {settings.loss}"
    if run.config.start is not None:
        yield "Begun with", f"the best weights of the run {key_of(Path(run.config.start))}"
    yield "Seeds", f"one ({run.config.seed}): the spread over seeds is not measured here"
    path = run.folder.path / RESULT
    known: dict[str, Any] = read_json(path) if path.exists() else {}
    for split, measures in known.get("measures", {}).items():
        yield f"Accuracy on {split}", _accuracy(run, task, split, measures[task.headline])
    if not known.get("measures"):
        yield "Accuracy", "not measured"
    machine = run.folder.environment
    where = machine.get("accelerator") or f"{machine['processor']}, {machine['cores']} cores, no GPU"
    seconds = (
        f"{known['seconds']:,.0f} s of training steps, {known['samples']:,} questions" if known else "not measured"
    )
    yield "Cost", f"{seconds}, on {where}"


def _accuracy(run: LoadedRun, task: VQATask, split: str, value: float) -> str:
    """Say a measure with its version, its interval if the data are there to tell, and whether it chose the model."""
    said = f"{value:.1f} %, metric {task.settings.metric}"
    interval = _interval(run, task, split)
    said += f", 95 % interval over pictures {interval}" if interval else ", interval not measured"
    chose = split == run.config.training.evaluation_split
    return said + ("; the checkpoint was chosen on this split, which flatters it" if chose else "")


def _interval(run: LoadedRun, task: VQATask, split: str) -> str | None:
    """Return the interval of a measure; None where the data are gone or others than the run's."""
    try:
        if task.fingerprint() != run.folder.config.get(FINGERPRINT):
            return None
        found = task.split(split)
        said = read_results(run.predictions_path(split))
        scores = task.scores({str(key): {"answer": answer} for key, answer in said.items()}, split)
    except (ScanpathError, OSError):
        return None
    credit = np.array([scores.per_question[key] for key in found.question_ids.tolist()])
    around = bootstrap_mean(credit, found.image_ids, resamples=RESAMPLES)
    return f"{around.low:.1f} to {around.high:.1f} %"


def _limits(model: Model) -> Iterator[str]:
    known = model.vocabularies
    yield f"It can only say one of its {len(known.answers):,} answers, whatever is asked."
    yield (
        f"It reads the {known.reading.keep} {known.length} words of a question, in the language of its "
        f"{len(known.words.words):,} words; any other word is the same unknown one."
    )
    source = "its training data" if model.run is None else f"'{model.run.config.task.data}'"
    yield f"It was trained on {source} and measured on nothing else: on other pictures its answers may mean little."
    yield "A map shows where weights lie, which is not a reason for the answer."
