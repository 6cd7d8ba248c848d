"""The command line: one verb a file, imported when its verb is called, so that ``--help`` is quick."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click
import typer
from typer.core import TyperGroup

from scanpath.errors import ScanpathError, near

#: Verb -> (module, one line of help). The line stands here so that listing the verbs imports none of them.
VERBS: dict[str, tuple[str, str]] = {
    "compare": ("scanpath.cli.compare", "Compare ways of looking on one frozen pipeline: table, curves, maps."),
    "train": ("scanpath.cli.train", "Train one model; resume it after any interruption."),
    "evaluate": ("scanpath.cli.evaluate", "Measure a trained run on a split."),
    "predict": ("scanpath.cli.predict", "Answer a question about a picture, and show where the model looked."),
    "score": ("scanpath.cli.score", "Score answers with the VQA metric, any of its versions."),
    "data": ("scanpath.cli.data", "Make and list data sets."),
    "features": ("scanpath.cli.features", "Pre-train a backbone, extract and inspect stored features."),
    "bench": ("scanpath.cli.bench", "Measure costs: of a mechanism, of the trainer, of the metric."),
    "list": ("scanpath.cli.list", "List the mechanisms, tasks and methods that are installed."),
    "doctor": ("scanpath.cli.doctor", "Check versions, devices, data and plugins; say what is wrong with them."),
}


class LazyGroup(TyperGroup):
    """A group of verbs whose modules are imported when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the verbs in the order of a first visit."""
        return list(VERBS)
