"""Maps over regions are collected and named; maps over words are left aside."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from scanpath.attention import create_attention, create_co_attention
from scanpath.tasks.vqa.maps import Maps, glimpse_likeness, map_layers, region_maps, shares_kept, what_looks
from scanpath.types import Output

LOGITS = torch.zeros(2, 3)


def test_hops_are_numbered() -> None:
    weights = torch.rand(2, 3, 5, 7, dtype=torch.float64)
    found = region_maps(Output(LOGITS, {"regions": weights}), SimpleNamespace(attention=SimpleNamespace(axis="hop")))
    assert found.names == ("hop 1", "hop 2", "hop 3")
    assert found.weights.dtype == torch.float32
    torch.testing.assert_close(found.weights, weights.float())


def test_the_kind_is_the_mechanisms() -> None:
    maps = Output(LOGITS, {"regions": torch.ones(2, 1, 5)})
    for side in ("attention", "co_attention"):
        assert region_maps(maps, SimpleNamespace(**{side: SimpleNamespace(axis="hop", kind="hard")})).kind == "hard"
    assert region_maps(maps, SimpleNamespace()).kind == "soft"


def test_words_are_no_regions() -> None:
    maps = {"regions": torch.rand(2, 1, 5), "tokens": torch.rand(2, 1, 11)}
    model = SimpleNamespace(attention=None, co_attention=SimpleNamespace(axis="glimpse"))
    assert region_maps(Output(LOGITS, maps), model).names == ("glimpse 1",)
    assert region_maps(Output(LOGITS, {"tokens": maps["tokens"]}), model) is None
    assert region_maps(Output(LOGITS, {}), model) is None


def test_several_places_keep_their_names() -> None:
    maps = {"first": torch.rand(2, 2, 5), "second": torch.rand(2, 1, 5)}
    found = region_maps(Output(LOGITS, maps), SimpleNamespace())
    assert found.names == ("first map 1", "first map 2", "second map 1")
    assert torch.equal(found.weights[:, 2:], maps["second"])


def test_layers_are_found_wherever_the_attention_is() -> None:
    inner = {"name": "layerwise", "layers": [4, 9]}
    behind = create_attention("bilstm", region_dim=6, attention=inner)
    assert map_layers(SimpleNamespace(attention=behind, co_attention=None)) == (4, 9)
    both = create_co_attention("independent", region_dim=6, token_dim=5, regions=inner, tokens=inner)
    assert map_layers(SimpleNamespace(attention=None, co_attention=both)) == (4, 9)
    hops = create_attention("multi_hop", region_dim=6, query_dim=7)
    assert map_layers(SimpleNamespace(attention=hops, co_attention=None)) == ()
    assert map_layers(SimpleNamespace(attention=None, co_attention=None)) == ()


def test_what_is_kept_is_what_any_map_weighs() -> None:
    weights = torch.tensor([[[0.5, 0.5, 0.0, 0.0], [0.0, 0.9, 0.1, 0.0]], [[1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]]])
    assert shares_kept(weights).tolist() == [0.75, 0.25]
    assert shares_kept(weights.view(2, 2, 2, 2)).tolist() == [0.75, 0.25]
    real = torch.tensor([[True, True, True, False], [True, True, False, False]])
    assert shares_kept(weights, real).tolist() == [1.0, 0.5]
    assert shares_kept(torch.zeros(1, 1, 4), torch.zeros(1, 4, dtype=torch.bool)).tolist() == [0.0]


def test_glimpses_are_alike_as_far_as_they_correlate() -> None:
    draw = torch.Generator().manual_seed(2)
    weights = torch.rand(3, 3, 2, 5, generator=draw)
    real = torch.ones(3, 2, 5, dtype=torch.bool)
    real[1, 1, 2:] = False
    found = glimpse_likeness(Maps(("a",), weights * real[:, None], axis="glimpse"), real)
    for sample in range(3):
        rows = np.corrcoef(weights[sample][:, real[sample]].double().numpy())
        assert found[sample].item() == pytest.approx((rows[0, 1] + rows[0, 2] + rows[1, 2]) / 3)
    one = torch.tensor([[[0.4, 0.1, 0.5], [0.2, 0.35, 0.15], [1 / 3, 1 / 3, 1 / 3]]])
    assert glimpse_likeness(Maps(("a",), one[:, :2], axis="glimpse")).tolist() == pytest.approx([-1])
    assert glimpse_likeness(Maps(("a",), one[:, 1:], axis="glimpse")).tolist() == [0]
    assert glimpse_likeness(Maps(("a",), one, axis="hop")) is None
    assert glimpse_likeness(Maps(("a",), one[:, :1], axis="glimpse")) is None


def test_maps_of_layers_come_at_the_largest_size_under_their_places() -> None:
    maps = {"pool1": torch.rand(2, 1, 6, 8), "pool2": torch.rand(2, 1, 3, 4)}
    found = region_maps(Output(LOGITS, maps), SimpleNamespace(axis="layer", kind="gate"))
    assert (found.names, found.kind, found.axis) == (("pool1", "pool2"), "gate", "layer")
    assert torch.equal(found.weights[:, :1], maps["pool1"])
    torch.testing.assert_close(found.weights[:, 1].mean((1, 2)), maps["pool2"].mean((1, 2, 3)), atol=0.1, rtol=0)


def test_what_looks_is_held_or_the_host_itself() -> None:
    held, host = object(), SimpleNamespace(axis="layer")
    assert what_looks(SimpleNamespace(attention=held, co_attention=None)) is held
    assert what_looks(SimpleNamespace(attention=None, co_attention=held)) is held
    assert what_looks(host) is host
