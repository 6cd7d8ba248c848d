"""What is kept of each picture: its edits, what judges see in them, and what was measured of their masks and pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from scanpath.types import Record
from scanpath_attention_rnn.modular_gan import ModularGAN
from scanpath_attention_rnn.tasks.editing import masks
from scanpath_attention_rnn.tasks.editing.batch import EditingBatch, to_pixels, to_range
from scanpath_attention_rnn.tasks.editing.edits import make_edits
from scanpath_attention_rnn.tasks.editing.judges import Judges

_DIGITS = 6


def make_records(
    network: ModularGAN, batch: EditingBatch, judges: Judges, hair: int | None
) -> dict[str, dict[str, Any]]:
    """Edit B pictures in every way, and tell what came of it.

    Args:
        network: what edits.
        batch: the pictures.
        judges: none need be there.
        hair: the number of hair in the label maps, where there are any.

    Returns:
        by key, ``{"values": [...], "seen": {...}, "cycle": float, "edits": [...]}``; ``seen`` has the values that
        judges see, by attribute, ``cycle`` how far the picture lies from itself encoded and reconstructed. An edit has
        its ``attribute`` and ``target``, what is ``seen``, and the numbers of :func:`_measured`; nan is None.
    """
    pictures = to_range(batch.pictures)
    features = network.encoder(pictures)
    again = masks.change(to_pixels(network.reconstructor(features)), batch.pictures).flatten(1).mean(1)
    before = {name: values.tolist() for name, values in judges.see(batch.pictures).items()}
    found: dict[str, dict[str, Any]] = {
        key: {
            "values": batch.values[row].tolist(),
            "seen": {name: values[row] for name, values in before.items()},
            "cycle": _plain(again[row].item()),
            "edits": [],
        }
        for row, key in enumerate(batch.keys)
    }
    region = None if batch.parts is None or hair is None else batch.parts == hair
    for attribute, targets, edited, mask in make_edits(network, features, batch.values):
        seen = {name: values.tolist() for name, values in judges.see(edited).items()}
        numbers = _measured(mask, edited, batch.pictures, region)
        plain = {name: values.tolist() for name, values in numbers.items()}
        for row, key in enumerate(batch.keys):
            edit = {"attribute": attribute, "target": int(targets[row])}
            edit |= {"seen": {name: values[row] for name, values in seen.items()}}
            found[key]["edits"].append(edit | {name: _plain(values[row]) for name, values in plain.items()})
    return found


def _measured(mask: Tensor, edited: Tensor, pictures: Tensor, region: Tensor | None) -> dict[str, Tensor]:
    """Measure B edits, (B,) each.

    ``outside``: how far pixels lie apart, weighted by what the mask leaves; of the mask its ``mean``, the ``spread`` of
    its values, their standard deviation, and the ``variation`` of neighbours. Where the hair's true region is known
    also ``variation_inside`` and ``_outside`` of it, ``mask_inside`` and ``_outside``, the mask's means, and
    ``outside_hair``, how far pixels outside lie apart.
    """
    small, large = mask[:, 0].float(), masks.enlarged(mask.float(), pictures.shape[-1])
    apart = masks.change(edited, pictures)
    everywhere = torch.ones_like(small, dtype=torch.bool)
    found = {
        "outside": masks.mean_within(apart, 1 - large),
        "mean": small.flatten(1).mean(1),
        "spread": small.flatten(1).std(1, correction=0),
        "variation": masks.variation(small, everywhere),
    }
    if region is not None:
        cells = masks.shrunk(region, small.shape[-1])
        found["variation_inside"] = masks.variation(small, cells)
        found["variation_outside"] = masks.variation(small, ~cells)
        found["mask_inside"] = masks.mean_within(large, region)
        found["mask_outside"] = masks.mean_within(large, ~region)
        found["outside_hair"] = masks.mean_within(apart, ~region)
    return found


def _plain(value: float) -> float | None:
    return round(value, _DIGITS) if math.isfinite(value) else None


def results(records: Mapping[str, Record]) -> list[dict[str, Any]]:
    """Write records as the list of ``predictions.json``, sorted by key."""
    return [{"picture": key, **records[key]} for key in sorted(records)]
