"""Whether a model looks at what it is asked about: attention correctness, measured beside its answers.

Measured are the questions of types that are always about one object (:class:`scanpath.tasks.vqa.targets.Targets`),
where the data know the object and the maps lie on a grid or on boxes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from torch import Tensor

from scanpath.data.records import Ids
from scanpath.data.split import VQASplit
from scanpath.metrics.looking import attention_correctness, box_cover, chance_mass, mass_on_object, product_of_layers
from scanpath.tasks.vqa.batch import VQABatch
from scanpath.tasks.vqa.maps import Maps, glimpse_likeness
from scanpath.tasks.vqa.targets import Targets
from scanpath.types import Record

CORRECTNESS, EVEN = "correctness", "correctness/even"
"""The measures: of the model, and of a map that is even everywhere."""
MOST, LEAST = "correctness/most", "correctness/least"
"""Of several glimpses, which look side by side: of the one that has most on the objects of a split, and the least."""
LAST = "correctness/last"
"""Of several hops or layers, which look in turn: of the last one's map alone, where the product is all of them."""
LIKENESS = "likeness"
"""How alike several glimpses are, over all questions; see :func:`scanpath.tasks.vqa.maps.glimpse_likeness`."""
LOOKING = (CORRECTNESS, EVEN, MOST, LEAST, LAST, LIKENESS)
"""All measures of this module."""
EACH = "glimpses"
"""In the record of a question, its correctness by each of several glimpses."""

IN_TURN = ("hop", "layer")
"""What looks one after the other, so that the model's map is the product of its maps; glimpses look side by side."""

_DIGITS = 6


class _Places(NamedTuple):
    """The questions of a split, found by their ids."""

    ids: Ids
    """Ascending, (N,)."""
    rows: Ids
    """Of the split, (N,)."""
    targets: Targets


def whole_correctness(maps: Maps, masks: Tensor, boxes: Tensor | None = None) -> Tensor:
    """Give the attention correctness of a model's maps together.

    Of several hops or layers it is that of the product of their maps, as in Attention RNN; of several glimpses that of
    their mean, each scaled to sum 1.

    Args:
        maps: weights (B, M, h, w), or (B, M, K) over boxes.
        masks: (B, H, W), where the object is.
        boxes: (B, K, 4), for boxes.

    Returns:
        (B,), in [0, 1].
    """
    if maps.axis not in IN_TURN:
        return each_correctness(maps, masks, boxes).mean(1)
    if boxes is None:
        return attention_correctness([maps.weights], masks).squeeze(1)
    product = product_of_layers([maps.weights[..., None]])[..., 0]  # (B, 1, K)
    return mass_on_object(product, box_cover(masks, boxes)).squeeze(1)


def each_correctness(maps: Maps, masks: Tensor, boxes: Tensor | None = None) -> Tensor:
    """Give the attention correctness of each map by itself, (B, M) in [0, 1]; arguments as above."""
    if boxes is None:
        return attention_correctness(maps.weights, masks)
    return mass_on_object(maps.weights, box_cover(masks, boxes))


class Looking:
    """Measures maps on whichever of some splits a batch is of.

    Args:
        splits: by name; what they are about is found when a batch of them first comes.
    """

    def __init__(self, splits: Mapping[str, VQASplit]) -> None:
        self._splits = splits
        self._known: dict[str, _Places] = {}

    def measured(self, batch: VQABatch, maps: Maps | None) -> dict[str, dict[str, Any]]:
        """Return the two measures of the questions that are measured, in [0, 1], by question id.

        Of several glimpses :data:`EACH` has the correctness one by one, of several looks in turn :data:`LAST` the last
        one's.
        """
        if maps is None or (maps.weights.dim() == 3 and batch.boxes is None):
            return {}
        keys = batch.question_ids.cpu().numpy()
        places = self._places(keys)
        if places is None:
            return {}
        rows = places.rows[np.searchsorted(places.ids, keys)]
        about = np.flatnonzero(places.targets.object[rows] >= 0)
        if not len(about):
            return {}
        masks = places.targets.masks(rows[about].tolist())
        chosen = maps._replace(weights=maps.weights.cpu()[about])
        index = batch.image_index.cpu()[about]
        boxes = None if batch.boxes is None else batch.boxes.cpu()[index]
        real = None if batch.region_mask is None else batch.region_mask.cpu()[index]
        found = whole_correctness(chosen, masks, boxes)
        even = chance_mass(places.targets.cover(rows[about].tolist(), chosen.weights.shape[2:], boxes), real)
        values = zip(keys[about].tolist(), found.tolist(), even.tolist(), strict=True)
        told: dict[str, dict[str, Any]] = {
            str(key): {CORRECTNESS: round(own, _DIGITS), EVEN: round(flat, _DIGITS)} for key, own, flat in values
        }
        if maps.axis == "glimpse" and maps.weights.shape[1] > 1:
            each = each_correctness(chosen, masks, boxes).tolist()
            for key, by_glimpse in zip(keys[about].tolist(), each, strict=True):
                told[str(key)][EACH] = [round(one, _DIGITS) for one in by_glimpse]
        if maps.axis in IN_TURN and maps.weights.shape[1] > 1:
            last = each_correctness(chosen._replace(weights=chosen.weights[:, -1:]), masks, boxes)[:, 0].tolist()
            for key, own in zip(keys[about].tolist(), last, strict=True):
                told[str(key)][LAST] = round(own, _DIGITS)
        return told

    def likeness(self, batch: VQABatch, maps: Maps | None) -> dict[str, dict[str, float]]:
        """Return how alike the glimpses of each question are, in [-1, 1], by its id; nothing of one map alone."""
        real = None if batch.region_mask is None else batch.region_mask[batch.image_index]
        found = None if maps is None else glimpse_likeness(maps, real)
        if found is None:
            return {}
        both = zip(batch.question_ids.tolist(), found.tolist(), strict=True)
        return {str(key): {LIKENESS: round(value, _DIGITS)} for key, value in both}

    def _places(self, keys: Ids) -> _Places | None:
        """Find the split that questions are of; None where none of those with grounding has them."""
        for name, split in self._splits.items():
            if split.grounding is None or split.annotations is None:
                continue
            if name not in self._known:
                rows = np.argsort(split.question_ids)
                self._known[name] = _Places(split.question_ids[rows], rows, Targets(split))
            place = int(np.searchsorted(self._known[name].ids, keys[0]))
            if place < len(split) and self._known[name].ids[place] == keys[0]:
                return self._known[name]
        return None


def looking_measures(records: Mapping[str, Record]) -> dict[str, float]:
    """Return the measures of a split in percent; none where nothing was measured."""
    looked = [record for record in records.values() if CORRECTNESS in record]
    found = {name: 100 * float(np.mean([one[name] for one in looked])) for name in (CORRECTNESS, EVEN) if looked}
    if looked and all(EACH in record for record in looked):
        means = np.mean([record[EACH] for record in looked], 0)  # (M,)
        found |= {MOST: 100 * float(means.max()), LEAST: 100 * float(means.min())}
    if looked and all(LAST in record for record in looked):
        found[LAST] = 100 * float(np.mean([record[LAST] for record in looked]))
    alike = [record[LIKENESS] for record in records.values() if LIKENESS in record]
    return found | ({LIKENESS: 100 * float(np.mean(alike))} if alike and len(alike) == len(records) else {})
