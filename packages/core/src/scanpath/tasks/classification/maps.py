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


def picture_maps(output: Output, model: PictureModel) -> Maps | None:
    """Collect what a network's gates let through, each called by its place; without gates, where its attention looks.

    Gates of several sizes are brought to the largest, bilinearly. None where nothing looks: the mean and the sum weigh
    all cells alike.
    """
    gates = {place: maps for place, maps in output.maps.items() if place != REGIONS}
    if gates:
        names = [
            place if maps.shape[1] == 1 else f"{place} {number}"
            for place, maps in gates.items()
            for number in range(1, maps.shape[1] + 1)
        ]
        weights = torch.cat(at_one_size([maps.float() for maps in gates.values()]), 1)
        return Maps(tuple(names), weights, "gate", "layer")
    return None if isinstance(model.attention, MeanPooling | SumPooling) else region_maps(output, model)
