"""The part of a run's page that questions about pictures have: facts, scores by type, and examples with their maps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.data.split import VQASplit
from scanpath.data.tokenisers import SIMPLE
from scanpath.data.vqa import read_results
from scanpath.experiments.loading import LoadedRun
from scanpath.experiments.vqa_examples import about_one, answer_again, make_example, target_of
from scanpath.metrics.intervals import bootstrap_mean
from scanpath.metrics.vqa import VQAScores
from scanpath.report.content import Estimate, Example
from scanpath.report.run_content import Breakdown, Group, Sheet
from scanpath.tasks.mechanisms import described
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.groups import truth_of
from scanpath.tasks.vqa.settings import ModelSettings
from scanpath.tasks.vqa.task import TRAIN

EXAMPLES = 6
"""Of right answers, and as many of wrong ones."""
RESAMPLES = 500
"""Draws of the interval: half a second for the 40,000 pictures of VQA."""
RIGHT = 50.0
"""Percent of credit from which an answer counts as right."""


@dataclass(frozen=True, kw_only=True)
class TaskPart:
    """What a task adds to the page of a run; empty for one that nobody has drawn yet."""

    title: str
    split: str = ""
    unit: str = ""
    value: Estimate | None = None
    facts: dict[str, str] = field(default_factory=dict)
    breakdowns: tuple[Breakdown, ...] = ()
    examples: tuple[Example, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    items: str = "questions"


def describe_vqa(run: LoadedRun, split: str) -> TaskPart:
    """Score the predictions that lie in the run's folder, and draw some of them again with their maps."""
    task: Any = run.task
    found: VQASplit = task.split(split)
    said = read_results(run.predictions_path(split))
    scores: VQAScores = task.scores({str(key): {"answer": answer} for key, answer in said.items()}, split)
    credit = np.array([scores.per_question[key] for key in found.question_ids.tolist()])
    interval = bootstrap_mean(credit, found.image_ids, resamples=RESAMPLES)
    return TaskPart(
        title=f"{mechanism(task.settings.model)} on {task.settings.data}",
        split=f"{len(found):,} questions of {found.name}",
        unit="%",
        value=Estimate(value=scores.overall, low=interval.low, high=interval.high),
        facts=_facts(task, split),
        breakdowns=tuple(_breakdowns(found, scores)),
        examples=tuple(_examples(run, task, split, credit >= RIGHT)),
    )


def mechanism(model: ModelSettings) -> str:
    """Name what looks, with its options: ``multi_hop (hops 3)``."""
    section = model.attention or model.co_attention or model.scorer
    return "The question alone" if section is None else described(section)


def _facts(task: VQATask, split: str) -> dict[str, str]:
    settings = task.settings
    checksum = task.fingerprint()["data"][:12]
    options = settings.model.model_extra or {}
    known = task.vocabularies
    covered = [f"{one.questions:.1f} % of {name}" for name, one in task.coverage(TRAIN, split).items()]
    return {
        "Data": f"{settings.data}, checksum {checksum}",
        "Features": settings.features or "none: pictures, end to end",
        "Looks by": mechanism(settings.model),
        "Host": ", ".join([settings.model.name, *(f"{key} {value}" for key, value in options.items())]),
        "Vocabulary": f"{len(known.answers):,} answers to choose from, {len(known.words):,} words of questions",
        "Answerable": f"{' and '.join(covered)}, as far as the vocabulary goes",
        **_words(task),
        "Loss": f"{settings.loss}; metric {settings.metric}",
    }


def _words(task: VQATask) -> dict[str, str]:
    """Say how questions were read and where words came from, as far as that is not the usual way."""
    reading, vectors = task.vocabularies.reading, task.settings.word_vectors
    read = f"{reading.tokeniser} words, the {reading.keep} {task.vocabularies.length}, padded on the {reading.padding}"
    facts = {} if reading == SIMPLE else {"Questions": read}
    if vectors is not None:
        learnt = "learnt further" if vectors.trained else "kept as they are"
        facts["Word vectors"] = f"{Path(vectors.path).name}, {vectors.place}, {learnt}"
    return facts


def _breakdowns(split: VQASplit, scores: VQAScores) -> Iterator[Breakdown]:
    truth = truth_of(split)
    for kind, of_questions, values in (
        ("answer type", truth.answer_types, scores.per_answer_type),
        ("question type", truth.question_types, scores.per_question_type),
        ("family", truth.families or (), scores.per_family),
    ):
        if not values:
            continue
        names, counts = np.unique(of_questions, return_counts=True)
        count = dict(zip(names.tolist(), counts.tolist(), strict=True))
        groups = (Group(name=name, value=value, count=count[name]) for name, value in values.items())
        yield Breakdown(kind=kind, groups=tuple(groups))


def choose(split: VQASplit, right: npt.NDArray[np.bool_], count: int) -> list[int]:
    """Choose questions by rule and not by hand: ``count`` right ones, as many wrong ones, no picture twice.

    Types come in turn: first those about one object among many, whose maps tell most, then the more frequent.

    Args:
        split: with annotations.
        right: which questions were answered, (N,).
        count: of each.

    Returns:
        Rows of the split, the right ones first; fewer where there are fewer.
    """
    assert split.annotations is not None  # noqa: S101 - it was scored
    by_type: dict[str, list[int]] = {}
    for row, kind in enumerate(split.annotations.question_types):
        by_type.setdefault(kind, []).append(row)
    kinds = sorted(by_type, key=lambda kind: (not about_one(split, by_type[kind][0]), -len(by_type[kind]), kind))
    chosen: list[int] = []
    pictures: set[int] = set()
    for wanted in (True, False):
        queues = [iter([row for row in by_type[kind] if right[row] == wanted]) for kind in kinds]
        until = len(chosen) + count
        while queues and len(chosen) < until:
            queue = queues.pop(0)
            fresh = next((row for row in queue if int(split.image_ids[row]) not in pictures), None)
            if fresh is not None:
                chosen.append(fresh)
                pictures.add(int(split.image_ids[fresh]))
                queues.append(queue)
    return chosen


def _examples(run: LoadedRun, task: VQATask, name: str, right: npt.NDArray[np.bool_]) -> Iterator[Example]:
    """Answer some questions again, this time with maps."""
    split = task.split(name)
    if split.images is None:
        return
    rows = choose(split, right, EXAMPLES)
    said = answer_again(run.objective, task, name, rows, who="run")
    for row, answered in zip(rows, said, strict=True):
        yield make_example(split, row, [answered], target=target_of(split, row))
