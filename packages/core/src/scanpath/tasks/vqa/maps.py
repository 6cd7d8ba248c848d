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


def glimpse_likeness(maps: Maps, real: Tensor | None = None) -> Tensor | None:
    """Return how alike a picture's glimpses are: Pearson's correlation over the regions, the mean of all pairs.

    1 where they look at the same, -1 where one is the other's complement; a map that is even everywhere is like none.

    Args:
        maps: of glimpses, which look side by side.
        real: True where a region is real, (B, *S); None: all are.

    Returns:
        (B,); None of one map alone, and of hops or layers.
    """
    count = maps.weights.shape[1]
    if maps.axis != "glimpse" or count < 2:
        return None
    weights = maps.weights.flatten(2).double()  # (B, M, K)
    there = torch.ones_like(weights[:, :1]) if real is None else real.flatten(1).unsqueeze(1).to(weights)  # (B, 1, K)
    centred = (weights - (weights * there).sum(2, keepdim=True) / there.sum(2, keepdim=True).clamp(min=1)) * there
    length = centred.norm(dim=2, keepdim=True)
    unit = torch.where(length > 1e-9, centred / length.clamp(min=1e-9), 0)
    pairs = torch.triu_indices(count, count, 1)
    return (unit @ unit.transpose(1, 2))[:, pairs[0], pairs[1]].mean(1)
