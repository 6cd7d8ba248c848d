"""Fig. 5: how large gradients are at each layer of the visual stream, of latent and of traditional stacks.

The paper does not say of what. Here: of the loss of a batch by W_v^(t), which reads the same regions in both kinds. The
statistic is the standard deviation of its elements, and of a run the ratio r of that at the first layer to that at the
last.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from scanpath.environment import hardware
from scanpath_sla.figures.histograms import chart, counted
from scanpath_sla.figures.runs import LATENT, TRADITIONAL, Trained, load_both
from scanpath_sla.figures.statements import Floats, Statement, margin_of, spread, state

BINS = 81
SECTION = "4.1.4, Fig. 5"
SIMILAR, HIGH = 2.0, 0.5
"""What counts as similar, a factor either way; and as still high, of the last layer's."""
LEAST = float(np.finfo(np.float32).tiny)


def gradients_of(run: Trained, split: str, *, size: int, questions: int) -> tuple[np.ndarray, int]:
    """Differentiate the loss of each batch by W_v of every layer: (batches, T, m * D), and how many were asked."""
    weight = run.twin.regions.values
    found, asked = [], 0
    for batch in run.batches(split, size=size, questions=questions):
        loss, _ = run.objective(batch)
        (gradient,) = torch.autograd.grad(loss, [weight])
        found.append(gradient.view(run.layers, -1).numpy())
        asked += len(batch.tokens)
    return np.stack(found), asked


def gradients(
    folders: Sequence[Path], *, split: str, size: int, questions: int, say: Callable[[str], None]
) -> tuple[dict[str, Any], Image.Image]:
    """Measure runs of both kinds: plain values as they are written, and the picture.

    Args:
        folders: Of runs of both kinds, with the same depth and seeds.
        split: Whose questions.
        size: Questions of a batch.
        questions: How many of them in all.
        say: Is told of each run.
    """
    runs = load_both(folders)
    deviations: dict[str, list[Floats]] = {}
    kept: dict[str, list[np.ndarray]] = {}
    for kind, seeds in runs.items():
        for run in seeds:
            found, asked = gradients_of(run, split, size=size, questions=questions)
            deviations.setdefault(kind, []).append(found.std(2, dtype=np.float64))
            kept.setdefault(kind, []).append(found)
            ratio = _ratio(deviations[kind][-1]).mean()
            say(f"{kind}, {run.name}: deviation at the first layer {math.exp(ratio):.3f} of that at the last")
    reach = max(float(np.quantile(np.abs(found), 0.9999)) for parts in kept.values() for found in parts)
    edges = np.linspace(-reach, reach, BINS + 1).tolist()
    counts = {
        kind: [
            np.sum([counted(part[:, layer], edges) for part in parts], axis=0).tolist()
            for layer in range(parts[0].shape[1])
        ]
        for kind, parts in kept.items()
    }
    by_kind = {kind: np.stack(parts) for kind, parts in deviations.items()}  # (seeds, batches, T)
    result = {
        "hardware": hardware(),
        "split": split,
        "questions": asked,
        "batch": size,
        "batches": by_kind[LATENT].shape[1],
        "of": "the loss by W_v of the visual stream",
        "edges": edges,
        "kinds": [
            {
                "name": kind,
                "runs": [run.name for run in runs[kind]],
                "seeds": [run.seed for run in runs[kind]],
                "deviations": spread(by_kind[kind].mean(1).tolist()),
                "ratio": math.exp(float(_ratio(by_kind[kind]).mean())),
                "counts": counts[kind],
            }
            for kind in runs
        ],
        "statements": [one.plain() for one in judged(by_kind[TRADITIONAL], by_kind[LATENT])],
    }
    return result, chart("Gradients at each layer of the visual stream", "element of the gradient", edges, counts)


def _ratio(deviations: Floats) -> Floats:
    """Give ln r, the logarithm of the first layer's deviation over the last one's: (.., T) to (..)."""
    return _log(deviations[..., 0]) - _log(deviations[..., -1])


def _log(deviations: Floats) -> Floats:
    """Take logarithms, of a gradient that vanished to the last bit that of the smallest number."""
    found: Floats = np.log(np.maximum(deviations, LEAST))
    return found


def judged(traditional: Floats, latent: Floats) -> list[Statement]:
    """Judge the paper's sentences by deviations (seeds, batches, T) of both kinds."""
    plain, ours = _ratio(traditional), _ratio(latent)
    last = np.abs(_log(latent[..., -1]) - _log(traditional[..., -1]))
    return [
        state(
            "Closer to the input, gradients of the traditional stack peak at 0; those of SLA do not.",
            SECTION,
            "ln r of SLA less ln r of the traditional stack, batch by batch",
            {"ln r, SLA less traditional": margin_of(ours - plain)},
        ),
        state(
            "Of the traditional stack they have little variance at the first layer.",
            SECTION,
            "-ln r of the traditional stack: less than at the last layer",
            {"-ln r, traditional": margin_of(-plain)},
        ),
        state(
            "Of SLA their variance is still high at the first layer.",
            SECTION,
            f"ln r of SLA less ln {HIGH:g}: at least half the deviation of the last layer",
            {f"ln r, SLA, less ln {HIGH:g}": margin_of(ours - math.log(HIGH))},
        ),
        state(
            "At the last layer both have a similar distribution.",
            SECTION,
            f"ln {SIMILAR:g} less the distance of the logarithms of both deviations there: within a factor of two",
            {f"ln {SIMILAR:g} less the distance": margin_of(math.log(SIMILAR) - last)},
        ),
    ]
