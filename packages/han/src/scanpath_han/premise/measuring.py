"""Areas under the ROC curve of a network's maps against objects, picture by picture.

Letters: N pictures, Q questions about them; K cells of a grid (h, w).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.data.split import VQASplit
from scanpath.errors import DataError
from scanpath.metrics.intervals import bootstrap_mean
from scanpath.metrics.looking import grid_cover
from scanpath.predict.pictures import Picture
from scanpath.tasks.vqa.targets import Targets
from scanpath_han.premise.auc import auc, best_auc
from scanpath_han.premise.networks import Group, Looks

TARGETS = {
    "any": "any object",
    "asked": "the object asked about",
    "which": "that object among objects",
}
"""What a map should find: objects, not the ground; the one object that the question is about, not the rest of the
picture; the same, not the other objects, the ground being left out."""
MAPS = {
    "norm": "norm of the features",
    "place": "that norm's mean over pictures",
    "mean": "presence, mean over questions",
    "presence": "presence, question by question",
    "adds": "what the question adds",
    "best": "the best map on this grid",
}
"""What is scored: ``place`` knows where a cell is and no more; ``adds`` is the area of ``presence`` less ``mean``'s."""

Areas = Mapping[str, npt.NDArray[np.float64]]
"""One number a picture, (N,), by "MAP/TARGET"; NaN where a picture has none."""

PICTURES = 10
"""Pictures that a network looks at together: with their questions on a ResNet's features, 1 GB at most."""


class Subject(NamedTuple):
    """N pictures with all their questions, and where the objects are."""

    split: VQASplit
    """The Q questions, picture by picture."""
    pictures: list[Picture]
    masks: npt.NDArray[np.bool_]
    """True where any object is, (N, H, W)."""
    image_index: npt.NDArray[np.int64]
    """The row of each question's picture, (Q,), ascending."""
    targets: Targets
    """The objects that questions are about."""


class Covers(NamedTuple):
    """How much of each cell is what a map should find."""

    objects: Tensor
    """Of any object in each question's picture, (Q, K)."""
    asked: Tensor
    """Of the object that each question about one object is about, (A, K)."""
    rows: Tensor
    """Which of the Q questions those are, (A,)."""


def read_subject(split: VQASplit, pictures: int) -> Subject:
    """Read the first pictures of a split, by their ids.

    Raises:
        DataError: Data without pictures or masks.
    """
    if split.images is None or split.grounding is None:
        raise DataError(f"{split.name} has no masks of its objects: take scenes or sort-of-clevr.")
    images = np.unique(split.image_ids)[:pictures]
    chosen = np.flatnonzero(np.isin(split.image_ids, images))
    found = split.take(chosen[np.argsort(split.image_ids[chosen], kind="stable")])
    return Subject(
        split=found,
        pictures=[split.images.read(split.image_names[image]) for image in images.tolist()],
        masks=np.stack([split.grounding.masks(image) > 0 for image in images.tolist()]),
        image_index=np.searchsorted(images, found.image_ids),
        targets=Targets(found),
    )


def look_at_all(group: Group, subject: Subject) -> list[Looks]:
    """Show every network of a group all pictures and ask it all questions, some at a time."""
    parts: list[list[Looks]] = [[] for _ in group.networks]
    for first in range(0, len(subject.pictures), PICTURES):
        start, stop = np.searchsorted(subject.image_index, [first, first + PICTURES]).tolist()
        index = torch.from_numpy(subject.image_index[start:stop] - first)
        images = torch.cat([group.see(picture) for picture in subject.pictures[first : first + PICTURES]])
        for network, found in zip(group.networks, parts, strict=True):
            found.append(network.look(images, subject.split.questions[start:stop], index))
    return [_joined(found) for found in parts]


def _joined(parts: list[Looks]) -> Looks:
    presences = [part.presences for part in parts if part.presences is not None]
    return Looks(torch.cat([part.norms for part in parts]), torch.cat(presences) if presences else None)


def covers(subject: Subject, size: tuple[int, int]) -> Covers:
    """Average the masks over the cells of a grid ``size``, (h, w)."""
    index = torch.from_numpy(subject.image_index)
    rows = np.flatnonzero(subject.targets.object >= 0)
    return Covers(
        objects=grid_cover(torch.from_numpy(subject.masks), size).flatten(1)[index],
        asked=subject.targets.cover(rows.tolist(), size).flatten(1) if len(rows) else torch.zeros(0, size[0] * size[1]),
        rows=torch.from_numpy(rows),
    )


def areas(looks: Looks, subject: Subject) -> Areas:
    """Score what a network made of pictures and questions."""
    index = torch.from_numpy(subject.image_index)
    height, width = looks.norms.shape[1:]
    truth = covers(subject, (height, width))
    maps = {"norm": looks.norms[index], "place": looks.norms.mean(0).expand(len(index), -1, -1)}
    if looks.presences is not None:
        maps |= {"mean": picture_means(looks.presences, index)[index], "presence": looks.presences}
    found = {
        f"{name}/{target}": values
        for name, scores in maps.items()
        for target, values in _against(scores.flatten(1), truth, subject.image_index).items()
    }
    if looks.presences is not None:
        found |= {f"adds/{target}": found[f"presence/{target}"] - found[f"mean/{target}"] for target in TARGETS}
    return found | {f"best/{target}": values for target, values in _against(None, truth, subject.image_index).items()}


def picture_means(values: Tensor, index: Tensor) -> Tensor:
    """Average what each question has, (Q, *), over the questions of a picture: (N, *), ``index`` (Q,) being its row."""
    pictures = int(index.max()) + 1
    total = values.new_zeros(pictures, *values.shape[1:]).index_add_(0, index, values)
    counts = torch.bincount(index, minlength=pictures).view(-1, *[1] * (values.dim() - 1))
    return total / counts


def _against(scores: Tensor | None, truth: Covers, image_index: npt.NDArray[np.int64]) -> Areas:
    """Score maps, one a question (Q, K), against every target; without maps the best that could be."""
    objects, asked, others = truth.objects, truth.asked, truth.objects[truth.rows]
    kinds: dict[str, tuple[slice | Tensor, Tensor, Tensor]] = {
        "any": (slice(None), objects, 1 - objects),
        "asked": (truth.rows, asked, 1 - asked),
        "which": (truth.rows, asked, (others - asked).clamp_min(0)),
    }
    found = {}
    for target, (rows, positive, negative) in kinds.items():
        values = best_auc(positive, negative) if scores is None else auc(scores[rows], positive, negative)
        of_rows = torch.from_numpy(image_index)[rows].numpy()
        found[target] = _by_picture(values.numpy(), of_rows, int(image_index[-1]) + 1)
    return found


def _by_picture(
    values: npt.NDArray[np.float64], image_index: npt.NDArray[np.int64], pictures: int
) -> npt.NDArray[np.float64]:
    """Average what there is of each picture: (pictures,), NaN where there is nothing."""
    real = ~np.isnan(values)
    total = np.bincount(image_index[real], weights=values[real], minlength=pictures)
    counts = np.bincount(image_index[real], minlength=pictures)
    means: npt.NDArray[np.float64] = np.divide(total, counts, out=np.full(pictures, np.nan), where=counts > 0)
    return means


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A mean over pictures."""

    value: float
    low: float
    """Of the 95 % interval over pictures, drawn again."""
    high: float
    pictures: int
    """How many have one."""
    under: float
    """The share of pictures whose own is below chance: 0.5, or 0 of a difference."""
    seeds: tuple[float, ...]
    """The mean under each seed alone."""


def figures(seeds: list[Areas]) -> dict[str, Figure]:
    """Average areas over seeds, then over pictures; what no picture has is left out."""
    found = {}
    for key in seeds[0]:
        stacked = np.stack([one[key] for one in seeds])  # (seeds, N); the same pictures have one under every seed
        real = np.flatnonzero(~np.isnan(stacked).any(0))
        if not len(real):
            continue
        means = stacked[:, real].mean(0)
        value, low, high = bootstrap_mean(means, real)
        found[key] = Figure(
            value=value,
            low=low,
            high=high,
            pictures=len(real),
            under=float((means < (0 if key.startswith("adds/") else 0.5)).mean()),
            seeds=tuple(stacked[:, real].mean(1).tolist()),
        )
    return found
