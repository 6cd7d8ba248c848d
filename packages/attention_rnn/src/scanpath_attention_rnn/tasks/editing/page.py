"""What the page of a run shows of editing: facts, the errors with their shares, originals, edits and masks."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from scanpath.experiments.loading import LoadedRun
from scanpath.experiments.vqa_reporting import TaskPart
from scanpath.files import read_json
from scanpath.report.content import Estimate
from scanpath.report.run_content import Breakdown, Group, Sheet
from scanpath.tasks.mechanisms import described
from scanpath_attention_rnn.figures.edits import NOTE, draw_edits
from scanpath_attention_rnn.tasks.editing.attributes import ATTRIBUTES
from scanpath_attention_rnn.tasks.editing.examples import edit_all, first_pictures
from scanpath_attention_rnn.tasks.editing.task import EditingTask

PICTURES = 6
"""The first ones of the split are drawn, not chosen ones."""


def describe_editing(run: LoadedRun, task: EditingTask, split: str) -> TaskPart:
    """Count the edits that lie in the run's folder, and draw some of them again."""
    records = {entry["picture"]: entry for entry in read_json(run.predictions_path(split))}
    measured = task.measures(records, split)
    judged = [name for name in ATTRIBUTES if f"error/{name}" in measured]
    batch = first_pictures(task, split, min(PICTURES, len(records)))
    made = {look(task): edit_all(run.objective.network, batch, task.judges)}
    drawn = draw_edits(f"Edits through {look(task)}", made, [*ATTRIBUTES])
    counts = Counter(edit["attribute"] for entry in records.values() for edit in entry["edits"])
    groups = tuple(Group(name=name, value=measured[f"error/{name}"], count=counts[name]) for name in judged)
    return TaskPart(
        title=f"Edits through {look(task)} on {task.settings.data}",
        split=f"{counts.total():,} edits of {task.split(split).name}",
        unit="%",
        items="edits",
        value=Estimate(value=measured[task.headline]),
        facts=_facts(task),
        breakdowns=(Breakdown(kind="attribute, edits not seen as the target", groups=groups),) if groups else (),
        sheets=(Sheet(title="Originals, edits and masks", words=NOTE, pixels=np.asarray(drawn)),),
    )


def look(task: EditingTask) -> str:
    """Name what gives the masks."""
    model = task.section.model
    if model.scorer is None:
        return f"a convolution of {model.mask_kernel} x {model.mask_kernel}"
    return described(model.scorer)


def _facts(task: EditingTask) -> dict[str, str]:
    settings, model = task.settings, task.section.model
    sizes: dict[str, Any] = model.sizes()
    return {
        "Data": f"{settings.data}, checksum {task.fingerprint()['data'][:12]}",
        "Pictures": f"{task.section.side}x{task.section.side}, hair colour, gender and smile",
        "Masks by": look(task),
        "Networks": ", ".join(f"{name} {value}" for name, value in sizes.items()),
        "Losses": ", ".join(f"{name} {value:g}" for name, value in settings.losses.model_dump().items()),
        "Critics": f"{settings.critic_steps} steps for each of the editors",
        "Judges": ", ".join(f"{name} {folder.rpartition('/')[2]}" for name, folder in settings.judges.folders().items())
        or "none",
    }
