"""Pictures, their edits by one or several runs, and the masks of the edits (Figs. 7, 17 and 18)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from PIL import Image

from scanpath.errors import ConfigError
from scanpath.experiments.loading import load_run
from scanpath.report.figure_command import named_runs
from scanpath.report.overlay import COLOURS, enlarge
from scanpath_attention_rnn.figures.sheet import Block, Row, blocks_sheet, shown
from scanpath_attention_rnn.modular_gan import ModularGAN
from scanpath_attention_rnn.tasks.editing import EditingTask
from scanpath_attention_rnn.tasks.editing.attributes import ATTRIBUTES, VALUES
from scanpath_attention_rnn.tasks.editing.examples import Edit, Edited, edit_all, first_pictures

NOTE = (
    "Below each edit its mask: dark cells keep what is there (0), bright ones are new (1), the same colours for all. "
    "A mark says whether the judge of that attribute sees the target in every edit of the row."
)


class Editor(NamedTuple):
    """A trained run."""

    name: str
    network: ModularGAN
    task: EditingTask


def load_editors(given: Sequence[str]) -> list[Editor]:
    """Read runs, ``NAME=FOLDER`` or a folder alone, which is called by its name.

    Raises:
        ConfigError: a run is of another task, two have one name, or they edit pictures of different size or data.
        RunError: there is no finished run.
    """
    found: list[Editor] = []
    for name, folder in named_runs(given):
        run = load_run(Path(folder))
        task: Any = run.task
        if not isinstance(task, EditingTask):
            raise ConfigError(f"{folder} is a run of {task.name}: name runs of editing, such as those of table6.")
        called = name or Path(folder).name
        if called in (other.name for other in found):
            raise ConfigError(f"two runs are called {called!r}: give each a name of its own, such as MGAN=FOLDER.")
        found.append(Editor(called, run.objective.network, task))
    first = found[0].task
    for other in found[1:]:
        if (other.task.settings.data, other.task.section.side) != (first.settings.data, first.section.side):
            raise ConfigError(
                f"{found[0].name} and {other.name} have learnt different pictures: name runs that can be compared."
            )
    return found


def draw_runs(editors: Sequence[Editor], split: str, pictures: int, attributes: Sequence[str]) -> Image.Image:
    """Edit the first pictures of a split by each run, and draw them side by side.

    Raises:
        ConfigError: an unknown attribute, or fewer pictures.
    """
    for name in attributes:
        if name not in ATTRIBUTES:
            raise ConfigError(f"there is no attribute {name!r}; there are {', '.join(ATTRIBUTES)}.")
    batch = first_pictures(editors[0].task, split, pictures)
    made = {one.name: edit_all(one.network, batch, one.task.judges, attributes) for one in editors}
    return draw_edits(f"Edits of {editors[0].task.settings.data}/{split}", made, attributes)


def draw_edits(title: str, made: Mapping[str, Sequence[Edited]], attributes: Sequence[str]) -> Image.Image:
    """Draw pictures at the left, and for each run a line of edits and one of masks.

    Args:
        title: in large letters.
        made: by the run's name, the same pictures in the same order.
        attributes: which are drawn.
    """
    heads = [_head(name, value) for name in attributes for value in VALUES[name]]
    blocks = []
    for together in zip(*made.values(), strict=True):
        one = together[0]
        rows = [row for name, edited in zip(made, together, strict=True) for row in _rows(name, edited)]
        blocks.append(Block(shown(one.picture), one.key, one.words, rows))
    return blocks_sheet(title, NOTE, heads, blocks)


def _head(attribute: str, value: str) -> str:
    return f"{value} hair" if attribute == "hair" else value


def _rows(name: str, edited: Edited) -> Iterator[Row]:
    judged = [edit for edit in edited.edits if edit.seen is not None]
    right = all(edit.seen == edit.target for edit in judged) if judged else None
    wrong = [
        f"{VALUES[edit.attribute][edit.seen]} for {_place(edit)}"
        for edit in judged
        if edit.seen is not None and edit.seen != edit.target
    ]
    tiles = {_place(edit): shown(edit.picture) for edit in edited.edits}
    masks = {_place(edit): mask_tile(edit.mask, tiles[_place(edit)].size) for edit in edited.edits}
    yield Row(name, right, f"seen: {', '.join(wrong)}" if wrong else "", tiles)
    yield Row("", None, "masks", masks)


def _place(edit: Edit) -> str:
    return _head(edit.attribute, VALUES[edit.attribute][edit.target])


def mask_tile(mask: npt.NDArray[np.float32], size: tuple[int, int]) -> Image.Image:
    """Draw a mask (h, w) from 0, dark, to 1, ``size`` wide and high, so that masks can be compared."""
    colours = mpl.colormaps[COLOURS](enlarge(np.clip(mask, 0, 1), size[::-1], "nearest"))[..., :3]
    return Image.fromarray((255 * colours).round().astype(np.uint8))
