"""The maps of a model over a batch's regions, with names that people read."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from scanpath.attention import LayerwiseAttention
from scanpath.metrics.looking import at_one_size
from scanpath.types import Kind, Output

WORD_PLACES = ("tokens", "words", "question")
"""Places of a host whose maps lie over words, not regions."""


def map_layers(model: Any) -> tuple[int, ...]:
    """Return how many regions of a map belong to each layer of a CNN; nothing where all are of one."""
    looks = what_looks(model)
    looks = getattr(looks, "regions", looks)  # of a co-attention
    while looks is not None and not isinstance(looks, LayerwiseAttention):
        looks = getattr(looks, "attention", None)  # what is behind an encoder of the regions
    return looks.layers if isinstance(looks, LayerwiseAttention) else ()


def what_looks(model: Any) -> Any:
    """Return what says how a model's maps read: what it holds, or a host that normalises scores by itself."""
    held = (getattr(model, place, None) for place in ("attention", "co_attention"))
    return next((one for one in held if one is not None), model)


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

    What counts the maps, and how they read, are facts of what looks; a model without them has soft maps. Maps of
    several layers that have sizes of their own are brought to the largest, bilinearly, and a place of one map keeps its
    name.
    """
    places = {place: maps for place, maps in output.maps.items() if place not in WORD_PLACES}
    if not places:
        return None
    looks = what_looks(model)
    axis = getattr(looks, "axis", "map")
    names = [
        place if axis == "layer" and len(places) > 1 else f"{place} {axis} {n}" if len(places) > 1 else f"{axis} {n}"
        for place, maps in places.items()
        for n in range(1, maps.shape[1] + 1)
    ]
    weights = torch.cat(at_one_size([maps.float() for maps in places.values()]), 1)
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
