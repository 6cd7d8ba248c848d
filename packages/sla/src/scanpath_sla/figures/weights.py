"""Fig. 6: how large attention weights are at each layer, of latent and of traditional stacks.

The statistic of a map is its largest weight: a sharp map has a large one. Its entropy, as a part of that of an even
map, stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image

from scanpath.environment import hardware
from scanpath_sla.figures.histograms import chart, counted
from scanpath_sla.figures.runs import LATENT, TRADITIONAL, Trained, load_both
from scanpath_sla.figures.statements import Floats, Statement, margin_of, spread, state

BINS = 50
SECTION = "4.1.4, Fig. 6"


class Maps(NamedTuple):
    """What a run's maps are like, over N questions."""

    counts: np.ndarray
    """(T, bins)."""
    largest: Floats
    """(N, T)."""
    entropy: Floats
    """(N, T), of an even map's."""
    pictures: np.ndarray
    """A number for each question's picture, (N,)."""


@torch.no_grad()
def maps_of(run: Trained, split: str, *, size: int, questions: int) -> Maps:
    """Look at the first questions of a split."""
    edges = np.linspace(0, 1, BINS + 1).tolist()
    counts = np.zeros((run.layers, BINS), dtype=np.int64)
    largest, entropy, pictures, known = [], [], [], 0
    for batch in run.batches(split, size=size, questions=questions):
        maps = run.objective.answer(batch).maps["regions"].flatten(2).double()  # (B, T, K)
        for layer in range(run.layers):
            counts[layer] += counted(maps[:, layer].numpy(), edges)
        largest.append(maps.amax(2).numpy())
        even = np.log(maps.shape[2]) if maps.shape[2] > 1 else 1.0
        entropy.append((-torch.special.xlogy(maps, maps).sum(2) / even).numpy())
        pictures.append(batch.image_index.numpy() + known)
        known += len(batch.images)
    return Maps(counts, np.concatenate(largest), np.concatenate(entropy), np.concatenate(pictures))


def weights(
    folders: Sequence[Path], *, split: str, size: int, questions: int, say: Callable[[str], None]
) -> tuple[dict[str, Any], Image.Image]:
    """Measure runs of both kinds: plain values as they are written, and the picture; arguments as of gradients."""
    runs = load_both(folders)
    found: dict[str, list[Maps]] = {}
    for kind, seeds in runs.items():
        for run in seeds:
            found.setdefault(kind, []).append(maps_of(run, split, size=size, questions=questions))
            told = ", ".join(f"{value:.3f}" for value in found[kind][-1].largest.mean(0))
            say(f"{kind}, {run.name}: largest weight, layer by layer, {told}")
    edges = np.linspace(0, 1, BINS + 1).tolist()
    counts = {kind: np.sum([one.counts for one in maps], axis=0).tolist() for kind, maps in found.items()}
    largest = {kind: np.stack([one.largest for one in maps]) for kind, maps in found.items()}  # (seeds, N, T)
    pictures = found[LATENT][0].pictures
    result = {
        "hardware": hardware(),
        "split": split,
        "questions": len(pictures),
        "pictures": len(np.unique(pictures)),
        "of": "attention weights of the visual stream",
        "edges": edges,
        "kinds": [
            {
                "name": kind,
                "runs": [run.name for run in runs[kind]],
                "seeds": [run.seed for run in runs[kind]],
                "largest": spread(largest[kind].mean(1).tolist()),
                "entropy": spread([one.entropy.mean(0).tolist() for one in found[kind]]),
                "counts": counts[kind],
            }
            for kind in runs
        ],
        "statements": [one.plain() for one in judged(largest[TRADITIONAL], largest[LATENT], pictures)],
    }
    return result, chart("Attention weights at each layer of the visual stream", "weight", edges, counts)


def judged(traditional: Floats, latent: Floats, pictures: np.ndarray) -> list[Statement]:
    """Judge the paper's sentences by the largest weights (seeds, N, T) of both kinds."""
    ahead = latent - traditional
    rising = {
        f"{kind}, layer {layer + 2} less layer {layer + 1}": margin_of(step[..., layer], pictures)
        for kind, step in ((TRADITIONAL, np.diff(traditional)), (LATENT, np.diff(latent)))
        for layer in range(step.shape[2])
    }
    sharper = {f"layer {layer + 1}": margin_of(ahead[..., layer], pictures) for layer in range(ahead.shape[2])}
    statements = [
        state(
            "SLA generates a sharper attention than the traditional stack.",
            SECTION,
            "largest weight of a map, SLA less traditional, at every layer",
            sharper,
        )
    ]
    if ahead.shape[2] > 1:
        statements += [
            state(
                "Especially at the initial layer.",
                SECTION,
                "the same difference at the first layer, less that at the last",
                {"first less last": margin_of(ahead[..., 0] - ahead[..., -1], pictures)},
            ),
            state(
                "In both, each subsequent layer has stronger activations than the previous one.",
                SECTION,
                "largest weight of a map, layer by layer",
                rising,
            ),
        ]
    return statements
