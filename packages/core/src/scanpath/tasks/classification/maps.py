"""The maps of a classifier over its pictures, with names that people read."""

from __future__ import annotations

import torch

from scanpath.attention import MeanPooling, SumPooling
from scanpath.hosts import PictureModel
from scanpath.metrics.looking import at_one_size
from scanpath.tasks.vqa.maps import Maps, region_maps
from scanpath.types import Output

REGIONS = "regions"
"""The place of the attention over the network's last cells; every other one is a gate inside the network."""


def places_that_look(output: Output, model: PictureModel) -> tuple[str, ...]:
    """Name the maps worth seeing: a network's gates, without any its attention; mean and sum look nowhere."""
    gates = tuple(place for place in output.maps if place != REGIONS)
    return gates or (() if isinstance(model.attention, MeanPooling | SumPooling) else (REGIONS,))


def picture_maps(output: Output, model: PictureModel) -> Maps | None:
    """Collect the maps of the places that look; a gate is called by its place.

    Gates of several sizes are brought to the largest, bilinearly. None where nothing looks.
    """
    places = places_that_look(output, model)
    if places in ((), (REGIONS,)):
        return region_maps(output, model) if places else None
    gates = {place: output.maps[place] for place in places}
    names = [
        place if maps.shape[1] == 1 else f"{place} {number}"
        for place, maps in gates.items()
        for number in range(1, maps.shape[1] + 1)
    ]
    weights = torch.cat(at_one_size([maps.float() for maps in gates.values()]), 1)
    return Maps(tuple(names), weights, "gate", "layer")
