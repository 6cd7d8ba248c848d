"""How the scores of captions rise while models are trained: what each evaluation said, by step, under every seed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from scanpath.environment import hardware
from scanpath.errors import ConfigError, RunError
from scanpath.experiments.config import RunConfig
from scanpath.experiments.loading import read_config
from scanpath.report.palette import ATTENTIONS
from scanpath.report.plots import INK, SMALL, literal, quieten
from scanpath.tasks.captioning import CaptioningTask
from scanpath.tasks.mechanisms import described
from scanpath.training.run_folder import RunFolder

SCORES = ("BLEU-4", "CIDEr")
DPI = 100


def epochs(folders: Sequence[Path]) -> tuple[dict[str, Any], Image.Image]:
    """Read what runs said of themselves while they were trained: plain values and the picture.

    Args:
        folders: Of runs of captions; those alike but for the seed are one kind.

    Raises:
        ConfigError: A run of another task, or one kind's runs evaluated at different steps.
        RunError: There is no run, or it was evaluated once only.
    """
    kinds: dict[str, dict[str, Any]] = {}
    for folder in folders:
        opened = RunFolder.open(folder)
        config = read_config(opened)
        if config.task.name != CaptioningTask.name:
            raise ConfigError(f"{folder} holds no run of captions: name runs of the table table3 of sla.")
        found = [one for one in opened.metrics() if one["split"] == config.training.evaluation_split]
        if len(found) < 2:
            raise RunError(f"{folder} was evaluated {len(found)} times, and a rise needs two: train it for longer.")
        name, steps = _kind(config), [one["step"] for one in found]
        kind = kinds.setdefault(name, {"name": name, "steps": steps, "seeds": [], **{score: [] for score in SCORES}})
        if kind["steps"] != steps:
            raise ConfigError(f"{folder} was evaluated at other steps than the other runs of {name}: name one table's.")
        kind["seeds"].append(config.seed)
        for score in SCORES:
            kind[score].append([one[score] for one in found])
    for kind in kinds.values():
        kind["rose"] = {score: sum(row[-1] > row[0] for row in kind[score]) for score in SCORES}
    return {"hardware": hardware(), "kinds": list(kinds.values())}, _chart(list(kinds.values()))


def _kind(config: RunConfig) -> str:
    """Name a run by its host and what looks in it."""
    model = config.task.model
    return f"{model.name}, {'no look' if model.attention is None else described(model.attention)}"


def _chart(kinds: Sequence[Mapping[str, Any]]) -> Image.Image:
    """Draw both scores by step, a line a kind, the mean over seeds with each seed faint."""
    figure = Figure(
        figsize=(4.2 * len(SCORES), 3.4 + 0.2 * -(-len(kinds) // 2)), dpi=DPI, facecolor="white", layout="constrained"
    )
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(SCORES))
    for axes, score in zip(panels, SCORES, strict=True):
        quieten(axes)
        for number, kind in enumerate(kinds):
            rows, colour = np.asarray(kind[score]), ATTENTIONS[number % len(ATTENTIONS)]
            axes.plot(kind["steps"], rows.mean(0), color=colour, label=literal(kind["name"]), marker="o", markersize=3)
            for row in rows:
                axes.plot(kind["steps"], row, color=colour, alpha=0.25, linewidth=0.8)
        axes.set_title(f"{score} of val", fontsize=SMALL, color=INK, loc="left")
        axes.set_xlabel("step", fontsize=SMALL)
    names: dict[str, Any] = {"fontsize": SMALL, "frameon": False, "labelcolor": INK, "ncols": 2}
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", **names)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI)
    return Image.open(stream).convert("RGB")
