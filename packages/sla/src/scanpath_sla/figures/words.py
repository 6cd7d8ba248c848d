"""Where a model of captions looks before each word, as strips: the picture, then one tile a word.

A ReviewNet's decoder looks at thoughts, and each thought is of a look at the picture: a word's map is the thoughts'
maps, weighed as the word weighs the thoughts. Of several layers or glimpses of one look the last is taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from scanpath.data.captions import END, START, CaptionSplit
from scanpath.data.vocabulary import PADDING, UNKNOWN
from scanpath.environment import hardware
from scanpath.errors import ConfigError, DataError
from scanpath.experiments.loading import LoadedRun, load_run
from scanpath.report.overlay import magnify, overlay
from scanpath.tasks.captioning import CaptioningTask
from scanpath_sla.figures.statements import margin_of
from scanpath_sla.figures.tints import sheet
from scanpath_sla.review.model import REVIEWS, THOUGHTS

SIDE = 110
"""Pixels of a drawn picture's short side, at least."""


class Said(NamedTuple):
    """What was said of one picture."""

    words: list[str]
    maps: npt.NDArray[np.float32]
    """One a word, (T, H, W)."""


def words(
    folder: Path, *, split: str, pictures: int, drawn: int, beam: int = 1, ids: Sequence[int] = ()
) -> tuple[dict[str, Any], Image.Image]:
    """Let one run describe pictures, measure how far its look moves from word to word, and draw some strips.

    Args:
        folder: Of a run that looks at a grid.
        split: Whose pictures.
        pictures: How many are measured, the first ones.
        drawn: How many are drawn, evenly among those.
        beam: Sequences that the search keeps.
        ids: Of pictures to draw in the place of these.

    Raises:
        ConfigError: Another kind of run, one that looks once or at boxes, or a beam below 1.
        DataError: No pictures to draw on, or one that is not there.
    """
    run = load_run(folder)
    task = run.task
    if not isinstance(task, CaptioningTask):
        raise ConfigError(f"{folder} holds no model of captions: name a run of the table table3 of sla.")
    found = task.split(split)
    if found.images is None:
        raise DataError(f"{found.name} has no pictures to draw on: take another split or data set.")
    said = dict(itertools.islice(_described(run, task, split, beam), pictures))
    chosen = list(ids) or [list(said)[round(place)] for place in np.linspace(0, len(said) - 1, drawn)]
    lost = [one for one in chosen if one not in said]
    if lost:
        raise DataError(f"picture {lost[0]} is not among the first {pictures} of {found.name}: raise --pictures.")
    moved = [_moved(one.maps) for one in said.values() if len(one.words) > 1]
    result = {
        "hardware": hardware(),
        "run": folder.resolve().name,
        "data": found.name,
        "pictures": len(said),
        "beam": beam,
        "moved": vars(margin_of([moved])) if moved else None,
        "drawn": [_plain(found, key, said[key]) for key in chosen],
    }
    return result, _strips(found, {key: said[key] for key in chosen})


@torch.no_grad()
def _described(run: LoadedRun, task: CaptioningTask, split: str, beam: int) -> Iterator[tuple[int, Said]]:
    """Give what is said of one picture after the other, by image id."""
    objective: Any = run.objective
    given = task.batches(split, size=64)
    given.sampler.set_epoch(0)
    for numbers in given.sampler:
        batch = given.collate(given.dataset.__getitems__(numbers))
        ready = objective.see(batch)
        found = objective.model.write(
            ready, start=START, end=END, length=task.settings.longest, beam=beam, never=(PADDING, UNKNOWN, START)
        )
        before = torch.cat([torch.full_like(found.words[:, :1], START), found.words[:, :-1]], 1)
        maps = word_maps(objective.model.follow(ready, before).maps)
        if maps is None or maps.dim() != 4:
            how = "looks once, before the first word" if maps is None else "looks at boxes"
            raise ConfigError(f"the run {how}: name one that looks at a grid before each word.")
        told = zip(batch.image_ids.tolist(), found.words.tolist(), found.lengths.tolist(), maps.numpy(), strict=True)
        for key, own, length, looks in told:
            yield key, Said([task.words.vocabulary.decode([word]) for word in own[:length]], looks[:length])


def word_maps(maps: Mapping[str, Tensor]) -> Tensor | None:
    """Return one map a word, (B, T, *S), of a model's maps; None where it does not look before each word.

    With thoughts it is sum_r beta_tr alpha_r: beta (B, T, M, R) over thoughts, alpha (B, R, M, *S) of each thought.
    """
    if THOUGHTS in maps:
        beta, alpha = maps[THOUGHTS][:, :, -1], maps[REVIEWS][:, :, -1]
        return torch.unflatten(torch.einsum("btr,brk->btk", beta, alpha.flatten(2)), 2, alpha.shape[2:])
    return maps["regions"][:, :, -1] if "regions" in maps else None


def _moved(maps: npt.NDArray[np.float32]) -> float:
    """Tell which part of a map's weight lies elsewhere at the next word: half the sum of differences, the mean."""
    return float(np.abs(np.diff(maps, axis=0)).sum((1, 2)).mean() / 2)


def _plain(split: CaptionSplit, key: int, said: Said) -> dict[str, Any]:
    return {
        "image_id": key,
        "image": split.image_names[key],
        "caption": " ".join(said.words),
        "people": split.references()[key],
        "maps": [{"word": word, "map": one.tolist()} for word, one in zip(said.words, said.maps, strict=True)],
    }


def _strips(split: CaptionSplit, said: Mapping[int, Said]) -> Image.Image:
    """Draw a row a picture: itself, then its words."""
    assert split.images is not None  # noqa: S101 - it was seen to
    columns = 1 + max(len(one.words) for one in said.values())
    tiles: list[tuple[Image.Image, list[str]]] = []
    for key, one in said.items():
        picture = split.images.read(split.image_names[key])
        drawn = Image.fromarray(magnify(picture, SIDE))
        row = [(drawn, [f"picture {key}"])]
        row += [
            (Image.fromarray(np.asarray(overlay(picture, look))).resize(drawn.size), [word])
            for word, look in zip(one.words, one.maps, strict=True)
        ]
        blank = Image.new("RGB", drawn.size, "white")
        tiles += [*row, *[(blank, [""])] * (columns - len(row))]
    return sheet(tiles, columns)
