"""Gates are called by their place, an attention by what it counts, and what looks nowhere has no map."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import torch

from scanpath.attention import create_attention
from scanpath.features.preprocessing import HALF
from scanpath.hosts.small_cnn import small_cnn
from scanpath.tasks.classification.maps import picture_maps
from scanpath.types import Output


def model(attention: str, **options: Any) -> Any:
    return small_cnn(
        classes=3, statistics=HALF, attention=partial(create_attention, attention, **options), cnn_channels=[5]
    )


@pytest.mark.parametrize("attention", ["mean", "sum"])
def test_what_weighs_all_alike_has_none(attention: str) -> None:
    found = model(attention)
    assert picture_maps(found(torch.rand(2, 3, 8, 8)), found) is None


def test_an_attention_has_one_for_each_hop() -> None:
    found = model("multi_hop", hops=2)
    output = found(torch.rand(2, 3, 8, 8))
    maps = picture_maps(output, found)
    assert maps is not None
    assert (maps.names, maps.kind) == (("hop 1", "hop 2"), "soft")
    torch.testing.assert_close(maps.weights, output.maps["regions"])


def test_gates_are_brought_to_one_size() -> None:
    fine, coarse = torch.rand(2, 1, 4, 6), torch.rand(2, 2, 2, 3)
    output = Output(torch.zeros(2, 3), {"one": fine, "two": coarse, "regions": torch.rand(2, 1, 2, 3)})
    maps = picture_maps(output, model("mean"))
    assert maps is not None
    assert (maps.names, maps.kind, maps.axis) == (("one", "two 1", "two 2"), "gate", "layer")
    torch.testing.assert_close(maps.weights[:, :1], fine)
    assert maps.weights.shape == (2, 3, 4, 6)
