"""Fig. 8: the positional bias b_pos that a question draws before anything is seen.

The sign of b_pos means nothing by itself, since W_z may turn it, and is one for a whole run. The questions that name a
place are judged under the sign that those of all other places choose, as the one under which b_pos is larger inside
what they name: questions of one place share words, and would choose for themselves. Two questions less their mean are
each other's negative, so that top and bottom agree whatever b_pos is: ask for more places than that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from scanpath.environment import hardware
from scanpath.errors import ConfigError
from scanpath_sla.figures.runs import Trained, by_seed, load
from scanpath_sla.figures.statements import Floats, margin_of, state
from scanpath_sla.figures.tints import sheet

SIDE = 160
PLACES: Mapping[str, tuple[slice, slice]] = {
    "top": (slice(0, 1), slice(None)),
    "bottom": (slice(1, 2), slice(None)),
    "left": (slice(None), slice(0, 1)),
    "right": (slice(None), slice(1, 2)),
    "top left": (slice(0, 1), slice(0, 1)),
    "top right": (slice(0, 1), slice(1, 2)),
    "bottom left": (slice(1, 2), slice(0, 1)),
    "bottom right": (slice(1, 2), slice(1, 2)),
}
"""Halves and quarters of a picture, as slices of its two rows and columns of quarters."""
WORDINGS = ("what {} is the {}?", "what is the {} of the {}?")
NAMED = {
    "top": ("topmost object",),
    "bottom": ("lowest object",),
    "left": ("leftmost object",),
    "right": ("rightmost object",),
} | {
    corner: (f"object in the {corner} corner", f"object closest to the {corner} corner")
    for corner in ("top left", "top right", "bottom left", "bottom right")
}
"""How Scenes' questions for absolute places call what lies there."""


def scenes_questions() -> list[tuple[str, str]]:
    """Write the questions of Scenes about absolute places, each with the place that it names."""
    return [
        (wording.format(asked, name), place)
        for asked in ("color", "shape")
        for wording in WORDINGS
        for place, names in NAMED.items()
        for name in names
    ]


def read_question(given: str) -> tuple[str, str]:
    """Read ``what is in the sky=top`` as a question and its place.

    Raises:
        ConfigError: No place, or one that is not known.
    """
    text, _, place = given.rpartition("=")
    if not text or place not in PLACES:
        raise ConfigError(f"{given!r} was given, expected a question, = and one of {', '.join(PLACES)}.")
    return text, place


@torch.no_grad()
def bias_of(run: Trained, questions: Sequence[str]) -> Floats:
    """Draw b_pos of questions, (N, h, w); of several numbers a position their mean.

    Raises:
        ConfigError: The run has no positional bias, looks at boxes, or does not know a word.
    """
    shape = run.task.model_section.region_shape
    if run.twin.bias is None or shape is None or len(shape) != 3:
        raise ConfigError(f"{run.name} has no positional bias over a grid: name runs of the row bias of table2.")
    vocabulary = run.task.vocabularies
    unknown = sorted(
        {word for text in questions for word in vocabulary.reading.split(text)} - set(vocabulary.words.words)
    )
    if unknown:
        raise ConfigError(
            f"{run.name} has never read {unknown[0]!r}: give --ask questions of the data that it was trained on."
        )
    asked = run.model.question(torch.from_numpy(vocabulary.encode(list(questions)))).vector
    found: Floats = run.twin.bias(asked).double().mean(2).view(len(questions), *shape[:2]).numpy()
    return found


def contrast(maps: Floats, places: Sequence[str]) -> Floats:
    """Compare b_pos (N, h, w) inside the place of each question with the rest: the difference of means, (N,)."""
    height, width = maps.shape[1:]
    found = []
    for one, place in zip(maps, places, strict=True):
        inside = np.zeros((2, 2), dtype=bool)
        inside[PLACES[place]] = True
        rows = np.arange(height) * 2 // height
        columns = np.arange(width) * 2 // width
        where = inside[np.ix_(rows, columns)]
        found.append(one[where].mean() - one[~where].mean())
    return np.asarray(found)


def signs(contrasts: Floats, places: Sequence[str]) -> Floats:
    """Choose the sign of b_pos for each question's place on the questions of other places: 1 or -1, (N,)."""
    named = np.asarray(places)
    found: Floats = np.where([contrasts[named != place].sum() >= 0 for place in places], 1.0, -1.0)
    return found


def bias(
    folders: Sequence[Path], *, asked: Sequence[tuple[str, str]], say: Callable[[str], None]
) -> tuple[dict[str, Any], Image.Image]:
    """Draw b_pos of runs that differ in their seeds: plain values as they are written, and the picture of the first.

    Args:
        folders: Of runs with a positional bias.
        asked: Questions, each with the place that it names.
        say: Is told of each run.

    Raises:
        ConfigError: Questions of one place alone, which cannot choose a sign and be judged by it.
    """
    texts, places = zip(*asked, strict=True)
    if len(set(places)) < 2:
        raise ConfigError(f"all questions name {places[0]!r}, expected two places at least: one chooses b_pos's sign.")
    runs = by_seed(map(load, folders))
    maps, judged = [], []
    for run in runs:
        found = bias_of(run, texts)
        found -= found.mean(0)  # what all questions share says nothing of any
        own = contrast(found, places)
        judged.append(own * signs(own, places))
        maps.append(found if own.sum() >= 0 else -found)
        say(f"{run.name}: b_pos is {judged[-1].mean():+.4f} more where the words say")
    contrasts = np.stack(judged)  # (seeds, N)
    statement = state(
        "The positional bias lies where the words say.",
        "4.1.4, Fig. 8",
        "b_pos, less its mean over the questions, inside the half or quarter that a question names, less outside; the "
        "sign of a run is chosen on the questions of other places",
        {"inside less outside": margin_of(contrasts)},
    )
    result = {
        "hardware": hardware(),
        "runs": [run.name for run in runs],
        "seeds": [run.seed for run in runs],
        "questions": [
            {
                "question": text,
                "place": place,
                "contrasts": contrasts[:, number].tolist(),
                "map": maps[0][number].tolist(),
            }
            for number, (text, place) in enumerate(asked)
        ],
        "statements": [statement.plain()],
    }
    first = {place: number for number, place in reversed(list(enumerate(places)))}
    tiles = [(_drawn(maps[0][number]), [texts[number], place]) for place, number in first.items()]
    return result, sheet(tiles, columns=4)


def _drawn(values: Floats) -> Image.Image:
    """Draw a map (h, w) in grey, 0 in the middle."""
    reach = float(np.abs(values).max()) or 1.0
    grey = ((values / reach + 1) * 127.5).round().astype(np.uint8)
    factor = max(1, SIDE // grey.shape[0])
    return Image.fromarray(grey.repeat(factor, 0).repeat(factor, 1)).convert("RGB")
