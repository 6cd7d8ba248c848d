"""Some pictures edited in every way, with the masks of their edits and what judges see: what pages and figures draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from scanpath.errors import ConfigError
from scanpath_attention_rnn.modular_gan import ModularGAN
from scanpath_attention_rnn.tasks.editing.attributes import ATTRIBUTES, VALUES
from scanpath_attention_rnn.tasks.editing.batch import EditingBatch, to_range
from scanpath_attention_rnn.tasks.editing.edits import make_edits
from scanpath_attention_rnn.tasks.editing.judges import Judges
from scanpath_attention_rnn.tasks.editing.task import EditingTask

Pixels = npt.NDArray[np.uint8]


class Edit(NamedTuple):
    """One edit of a picture."""

    attribute: str
    target: int
    picture: Pixels
    """(S, S, 3)."""
    mask: npt.NDArray[np.float32]
    """(h, w), from 0 to 1."""
    seen: int | None
    """The value that the attribute's judge sees; None without one."""


class Edited(NamedTuple):
    """One picture and its edits."""

    key: str
    picture: Pixels
    """(S, S, 3)."""
    values: dict[str, int]
    """Its own, by attribute."""
    edits: list[Edit]
    """In the order of attributes and targets."""

    @property
    def words(self) -> list[str]:
        """Its own values, as people read them."""
        return [VALUES[name][value] for name, value in self.values.items()]


def first_pictures(task: EditingTask, split: str, count: int) -> EditingBatch:
    """Read the first pictures of a split.

    Raises:
        ConfigError: it has fewer.
    """
    found = task.batches(split, size=count)
    if count > len(found.dataset):
        raise ConfigError(f"{count} pictures of {split} were asked for, it has {len(found.dataset)}: ask for fewer.")
    batch: EditingBatch = found.collate([found.dataset[row] for row in range(count)])
    return batch


def edit_all(
    network: ModularGAN, batch: EditingBatch, judges: Judges, attributes: Sequence[str] = tuple(ATTRIBUTES)
) -> list[Edited]:
    """Edit pictures towards every value of some attributes that they do not have."""
    found = [
        Edited(key, _upright(batch.pictures[row]), dict(zip(ATTRIBUTES, batch.values[row].tolist(), strict=True)), [])
        for row, key in enumerate(batch.keys)
    ]
    device = next(network.parameters()).device
    with torch.no_grad():
        features = network.encoder(to_range(batch.pictures.to(device)))
        for attribute, targets, pixels, masks in make_edits(network, features, batch.values.to(device), attributes):
            seen = judges.see(pixels).get(attribute)
            for row, one in enumerate(found):
                mask = masks[row, 0].float().cpu().numpy()
                judged = None if seen is None else int(seen[row])
                one.edits.append(Edit(attribute, int(targets[row]), _upright(pixels[row]), mask, judged))
    for one in found:
        one.edits.sort(key=lambda edit: ([*ATTRIBUTES].index(edit.attribute), edit.target))
    return found


def _upright(pixels: torch.Tensor) -> Pixels:
    found: Pixels = np.ascontiguousarray(pixels.permute(1, 2, 0).cpu().numpy())
    return found
