"""The maps of a model over a batch's regions, with names that people read."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from scanpath.attention import LayerwiseAttention
from scanpath.types import Kind, Output

WORD_PLACES = ("tokens", "words", "question")
"""Places of a host whose maps lie over words, not regions."""


def map_layers(model: Any) -> tuple[int, ...]:
    """Return how many regions of a map belong to each layer of a CNN; nothing where all are of one."""
    looks = model.attention if model.attention is not None else getattr(model.co_attention, "regions", None)
    while looks is not None and not isinstance(looks, LayerwiseAttention):
        looks = getattr(looks, "attention", None)  # what is behind an encoder of the regions
    return looks.layers if isinstance(looks, LayerwiseAttention) else ()


class Maps(NamedTuple):
    """All maps of a model over one batch's regions."""

    names: tuple[str, ...]
    weights: Tensor
    """(B, M, *S)."""
    kind: Kind = "soft"
    """How the weights read."""
    axis: str = "map"
    """What the maps count, of :data:`scanpath.types.Axis` where the model says so."""


def region_maps(output: Output, model: Any) -> Maps | None:
    """Collect the maps over regions and name them, such as ``hop 1``; with their place where there are several.

    What counts the maps, and how they read, are facts of what looks; a model without them has soft maps.
    """
    places = {place: maps for place, maps in output.maps.items() if place not in WORD_PLACES}
    if not places:
        return None
    looks = getattr(model, "attention", None) or getattr(model, "co_attention", None)
    axis = getattr(looks, "axis", "map")
    names = [
        f"{place} {axis} {number + 1}" if len(places) > 1 else f"{axis} {number + 1}"
        for place, maps in places.items()
        for number in range(maps.shape[1])
    ]
    weights = torch.cat([maps.float() for maps in places.values()], 1)
    return Maps(tuple(names), weights, getattr(looks, "kind", "soft"), axis)


def shares_kept(weights: Tensor, real: Tensor | None = None) -> Tensor:
    """Return which part of the regions any map gives a weight: all of them where attention is soft.

    Args:
        weights: (B, M, *S).
        real: True where a region is real, (B, *S); None: all are.

    Returns:
        (B,), 0 where no region is real.
    """
    kept = (weights > 0).any(1).flatten(1).sum(1)  # (B,); behind the mask weights are 0
    if real is None:
        return kept / weights[0, 0].numel()
    return kept / real.flatten(1).sum(1).clamp(min=1)
