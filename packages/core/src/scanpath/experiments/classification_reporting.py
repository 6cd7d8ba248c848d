"""The part of a run's page that classification has: facts, the error, the classes mistaken most, pictures with maps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from scanpath.experiments.classification_examples import choose_pictures, class_again, picture_example
from scanpath.experiments.loading import LoadedRun
from scanpath.experiments.vqa_reporting import EXAMPLES, RESAMPLES, TaskPart
from scanpath.layers.options import named
from scanpath.metrics.intervals import bootstrap_mean
from scanpath.report.content import Estimate, Example
from scanpath.report.run_content import Breakdown, Group
from scanpath.tasks.classification import ClassificationTask, ModelSettings
from scanpath.tasks.classification.records import read_ranks
from scanpath.tasks.mechanisms import described

CLASSES = 20
"""The page tells the errors of so many classes at most, the highest."""


def describe_classification(run: LoadedRun, task: ClassificationTask, split: str) -> TaskPart:
    """Count the errors of the predictions that lie in the run's folder."""
    found, section = task.split(split), task.section
    ranks = read_ranks(run.predictions_path(split))
    wrong = np.array([100.0 * (ranks[key] > 0) for key in found.keys])
    interval = bootstrap_mean(wrong, np.arange(len(wrong)), resamples=RESAMPLES)
    labels = found.labels[section.labels].numbers
    groups = [
        Group(name=name, value=float(wrong[labels == number].mean()), count=int((labels == number).sum()))
        for number, name in enumerate(section.classes)
        if (labels == number).any()
    ]
    worst = sorted(groups, key=lambda group: -group.value)[:CLASSES]
    return TaskPart(
        title=f"{called(section.model)} on {task.settings.data}",
        split=f"{len(found):,} pictures of {found.name}",
        unit="%",
        value=Estimate(value=float(wrong.mean()), low=interval.low, high=interval.high),
        facts=_facts(task),
        breakdowns=(Breakdown(kind=f"{section.labels}, errors", groups=tuple(worst)),),
        examples=tuple(_examples(run, task, split, wrong > 0)),
        items="pictures",
    )


def called(model: ModelSettings) -> str:
    """Name what looks: the attention; or, where that is the mean, the network with the scorer that it may hold."""
    if model.attention != "mean":
        return described(model.attention)
    scorer = (model.model_extra or {}).get("scorer")
    return model.name if scorer is None else f"{model.name} with {named(scorer, 'scorer')[0]}"


def _examples(run: LoadedRun, task: ClassificationTask, split: str, wrong: npt.NDArray[np.bool_]) -> Iterator[Example]:
    """Class some pictures again, this time with maps: some that were told right, and as many that were not."""
    classes = task.dataset(split).labels
    rows = [row for among in (~wrong, wrong) for row in choose_pictures(classes, among, EXAMPLES)]
    for row, answered in zip(rows, class_again(run.objective, task, split, rows, who="run"), strict=True):
        yield picture_example(task, split, row, [answered])


def _facts(task: ClassificationTask) -> dict[str, str]:
    section, settings = task.section, task.settings
    channels, height, width = section.picture_shape
    options = section.model.model_extra or {}
    changes = {key: value for key, value in settings.augmentation.plain().items() if value}
    return {
        "Data": f"{settings.data}, checksum {task.fingerprint()['data'][:12]}",
        "Pictures": f"{width}x{height} in {'grey' if channels == 1 else 'colours'}, {len(section.classes)} classes of "
        f"{section.labels}",
        "Changed in training": ", ".join(f"{key} {value}" for key, value in changes.items()) or "not at all",
        "Looks by": described(section.model.attention),
        "Host": ", ".join([section.model.name, *(f"{key} {value}" for key, value in options.items())]),
    }
