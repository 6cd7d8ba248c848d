"""Settings that all tests of the core share."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

# Before torch: a CPU that reports AMX where the system refuses it dies of its first bf16 product.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16")

import pytest
import torch
from hypothesis import settings
from torch import nn

from scanpath import registry
from scanpath.types import Attended

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def with_gradient():
    """A call that gives a function's result, then the gradient of each argument under a fixed random pull on it."""

    def call(function, *tensors):
        leaves = [tensor.detach().clone().requires_grad_() for tensor in tensors]
        out = function(*leaves)
        pull = torch.randn(out.shape, generator=torch.Generator().manual_seed(7))
        # an all-masked row may leave a loop's result without any leaf: the zero keeps the graph whole
        total = (out * pull).sum() + sum(leaf.flatten()[:0].sum() for leaf in leaves)
        return out.detach(), *torch.autograd.grad(total, leaves)

    return call


class LeftHalf(nn.Module):
    """A hard attention in a few lines: it keeps the left half of a grid, whatever is asked, and sums it."""

    kind, axis = "hard", "glimpse"

    def __init__(self, *, region_dim, query_dim=None):
        super().__init__()
        self.context_dim = region_dim

    def forward(self, regions, query=None, mask=None):
        weights = torch.zeros(regions.shape[:-1])
        weights[:, :, : regions.shape[2] // 2] = 1
        return Attended((regions * weights.unsqueeze(-1)).sum((1, 2)), weights.unsqueeze(1), {})


@pytest.fixture
def left_half(monkeypatch):
    """The name of a hard attention, registered for one test."""
    known = registry.addresses

    def addresses(part):
        return {**known(part), "left_half": "left_half:LeftHalf"} if part == "attentions" else known(part)

    monkeypatch.setitem(sys.modules, "left_half", SimpleNamespace(LeftHalf=LeftHalf))
    monkeypatch.setattr(registry, "addresses", addresses)
    return "left_half"
