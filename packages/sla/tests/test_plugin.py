"""The package's entry in the catalogue: it is found, every address loads, what it exports is a module."""

from __future__ import annotations

import pytest
import torch

import scanpath_sla
from scanpath import create_attention, registry
from scanpath.attention import create_co_attention
from scanpath.testing import check_method
from scanpath_sla.plugin import METHOD


def test_the_method():
    check_method(METHOD)


def test_it_is_installed():
    assert registry.methods()["sla"] == METHOD


@pytest.mark.parametrize(
    ("name", "layers", "width"), [("standard", 1, 7), ("stacked", 3, 7), ("stacked_latent", 3, 20)]
)
def test_attentions_build_by_name(name, layers, width):
    attention = create_attention(name, region_dim=7, query_dim=5, hidden_dim=13)
    context, weights, _ = attention(torch.ones(2, 3, 11, 7), torch.ones(2, 5))
    assert (context.shape, weights.shape) == ((2, width), (2, layers, 3, 11))
    assert (attention.context_dim, attention.axis) == (width, "layer")


def test_the_twin_stream_builds_by_name():
    twin = create_co_attention("twin_stream", region_dim=7, token_dim=11, query_dim=5, layers=3, output_dim=13)
    regions, tokens = twin(torch.ones(2, 3, 5, 7), torch.ones(2, 4, 11), torch.ones(2, 5))
    assert (regions.context.shape, tokens.context.shape) == ((2, 13), (2, 13))
    assert (regions.weights.shape, tokens.weights.shape) == ((2, 3, 3, 5), (2, 3, 4))


def test_it_exports_modules_only():
    public = {name for name in dir(scanpath_sla) if name[0].isupper()}
    assert public == {
        "PositionalBias", "StackedAttention", "StackedLatentAttention", "StandardAttention", "TwinStream",
    }  # fmt: skip
    assert all(issubclass(getattr(scanpath_sla, name), torch.nn.Module) for name in public)
