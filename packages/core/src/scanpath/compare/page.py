"""The page of a comparison: its facts in words, its curves, and the same questions under every row side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from scanpath.compare.jobs import Job
from scanpath.compare.pipeline import Pipeline
from scanpath.compare.summary import Measured, Summary
from scanpath.experiments.running import load_run
from scanpath.experiments.vqa_examples import choose_in_turn, make_example
from scanpath.files import read_json, write_atomically
from scanpath.metrics.intervals import SEEDS_FOR_A_CLAIM
from scanpath.report.content import Answered, Content, Curve, Example
from scanpath.tasks.vqa.maps import region_maps
from scanpath.tasks.vqa.targets import Targets
from scanpath.training.run_folder import RunFolder


def build_content(
    pipeline: Pipeline,
    measured: Sequence[Measured],
    summaries: Sequence[Summary],
    jobs: Mapping[tuple[str, int], Job],
    *,
    baseline: str,
    machine: Mapping[str, Any],
) -> Content:
    """Fill in the page's plain values."""
    settings = pipeline.settings
    looking = (row.answered[0] for row in measured if row.answered[0].maps)  # a rung has not seen the regions' shapes
    first = next((answered for answered in looking if answered.one_object.any()), None)
    chance = None if first is None else 100 * float(first.chance[first.one_object].mean())
    return Content(
        title=settings.title,
        intro=settings.intro,
        rows=tuple(summary.row for summary in summaries),
        baseline=baseline,
        facts=_facts(pipeline, machine),
        curves=tuple(_curve(job) for job in jobs.values()),
        examples=tuple(_examples(pipeline, measured, jobs)),
        ceiling=pipeline.ceiling(),
        chance_mass=chance,
        notes=tuple(_notes(pipeline, summaries)),
        warnings=tuple(_warnings(jobs, machine)),
    )


def write_report(folder: Path, content: Content) -> None:
    """Write the page, ``report.html``, and the one picture for those who look at one only, ``comparison.png``."""
    from scanpath.report.overlay import png
    from scanpath.report.page import write_page
    from scanpath.report.summary import summary_picture

    write_atomically(folder / "comparison.png", png(summary_picture(content)))
    write_page(folder / "report.html", content)


def _facts(pipeline: Pipeline, machine: Mapping[str, Any]) -> dict[str, str]:
    settings = pipeline.settings
    split = pipeline.task.split(settings.analysis.split)
    training = pipeline.config(next(row for row in settings.rows() if row.looks), 0).training
    length = next(
        f"{getattr(training, name):,} {name}" for name in ("samples", "epochs", "steps") if getattr(training, name)
    )
    facts = {
        "Data": f"{settings.data}, checksum {pipeline.checksum[:12]}",
        "Questions": f"{len(split):,} of {split.name}, about {len(np.unique(split.image_ids)):,} pictures",
        "Features": str(pipeline.task.settings.features or "none: pictures, end to end"),
        "Budget": f"{length} a row in batches of {training.batch_size}, {training.precision}",
        "Seeds": ", ".join(map(str, settings.seeds)),
        "Metric": pipeline.task.settings.metric,
        "Cost": (
            f"one forward and backward pass of {training.batch_size} questions, alone on the machine; seconds are of "
            "training, as many rows side by side as there are cores (one on a GPU)"
        ),
        "Processor": f"{machine['processor']}, {machine['cores']} cores",
        "Accelerator": str(machine["accelerator"] or "none"),
        "Versions": ", ".join(f"{name} {version}" for name, version in machine["versions"].items()),
    }
    return facts | ({"Commit": machine["commit"]} if machine["commit"] else {})


def _notes(pipeline: Pipeline, summaries: Sequence[Summary]) -> list[str]:
    settings = pipeline.settings
    notes = [
        (
            "Intervals (95 %) draw the pictures again with all their questions, and take the mean over seeds; every "
            "seed is shown beside."
        ),
        (
            f"Faithfulness deletes the {settings.analysis.deleted_share:.0%} of the regions with most weight in each "
            f"seed's best map, or as many at random, for the first {settings.analysis.deleted_questions:,} questions. "
            "Of the regions that a hard choice keeps, the most present to it are deleted first."
        ),
        (
            "The best map of a row, and the best rung where no baseline was named, are chosen on the questions that "
            "they are measured on, which flatters both a little."
        ),
    ]
    if settings.tuned:
        notes.insert(2, settings.tuned)
    if len(settings.seeds) < SEEDS_FOR_A_CLAIM:
        notes.append(
            f"With {len(settings.seeds)} seed{'' if len(settings.seeds) == 1 else 's'} no claim is made: that takes "
            f"{SEEDS_FOR_A_CLAIM} (--seeds {SEEDS_FOR_A_CLAIM}). The p-values are of these trained models alone."
        )
    asked = [one for one in summaries if one.one_object is not None]
    rungs = [one for one in asked if one.row.kind == "rung"]
    attentions = [one for one in asked if one.row.kind == "attention"]
    if rungs and attentions:
        best, rung = (max(group, key=_one_object) for group in (attentions, rungs))
        ends = ": outside each other's intervals." if best.beats else ": the intervals do not part them."
        notes.append(
            f"On the questions about one object among many {_told(best)}, and of the rungs {_told(rung)}{ends}"
        )
    return notes


def _one_object(summary: Summary) -> float:
    return summary.one_object.value if summary.one_object else -math.inf


def _told(summary: Summary) -> str:
    estimate = summary.one_object
    if estimate is None:
        return summary.row.label
    return f"{summary.row.label} reaches {estimate.value:.1f} ({estimate.low:.1f} to {estimate.high:.1f})"


def _warnings(jobs: Mapping[tuple[str, int], Job], machine: Mapping[str, Any]) -> list[str]:
    """Tell of reused rows that another state of the code, or another machine, has trained: settings do not show it."""
    found: dict[str, set[str]] = {}
    for job in jobs.values():
        made = RunFolder.open(job.folder / read_json(job.facts_path)["folder"]).environment
        for key in ("commit", "versions", "processor", "cores", "accelerator"):
            if made.get(key) != machine[key]:
                found.setdefault(job.row, set()).add(key)
    if not found:
        return []
    what = ", ".join(sorted(set().union(*found.values())))
    return [
        (
            f"Trained earlier, with another {what} than this page names: {', '.join(found)}. If code that they use has "
            "changed since, or their seconds count, compare again in another folder (--out)."
        )
    ]


def _curve(job: Job) -> Curve:
    curve = read_json(job.facts_path)["curve"]
    return Curve(
        row=job.row,
        seed=job.seed,
        samples=tuple(curve["samples"]),
        seconds=tuple(curve["seconds"]),
        accuracy=tuple(curve["accuracy"]),
    )


def _examples(pipeline: Pipeline, measured: Sequence[Measured], jobs: Mapping[tuple[str, int], Job]) -> list[Example]:
    settings = pipeline.settings
    split = pipeline.task.split(settings.analysis.split)
    if split.images is None:
        return []
    targets = Targets(split)
    rows = choose_in_turn(split, settings.analysis.examples, lambda row: bool(targets.object[row] >= 0))
    batches = pipeline.task.batches(settings.analysis.split, size=len(rows))
    batch = batches.collate(batches.dataset.__getitems__(rows))
    given: list[list[Answered]] = [[] for _ in rows]
    for row in measured:
        maps = None
        if not row.rung:
            job = jobs[row.settings.id, row.seeds[0]]
            objective = load_run(job.folder / read_json(job.facts_path)["folder"]).objective
            with torch.no_grad():
                maps = region_maps(objective.answer(batch), objective.model)
        for place, number in enumerate(rows):
            answered = row.answered[0]
            given[place].append(
                Answered(
                    row=row.settings.id,
                    prediction=answered.prediction[number],
                    probability=float(answered.probability[number]),
                    score=float(answered.score[number]),
                    maps=None if maps is None else maps.weights[place].numpy(),
                    names=() if maps is None else maps.names,
                    kind="soft" if maps is None else maps.kind,
                )
            )
    return [
        make_example(
            split,
            number,
            given[place],
            boxes=None if batch.boxes is None else batch.boxes[batch.image_index[place]].numpy(),
            target=targets.masks([number])[0].numpy() if targets.object[number] >= 0 else None,
        )
        for place, number in enumerate(rows)
    ]
