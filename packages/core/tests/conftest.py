"""Settings that all tests of the core share."""

from __future__ import annotations

import os

import pytest
import torch
from hypothesis import settings

# Before torch: a CPU that reports AMX where the system refuses it dies of its first bf16 product.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16")

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
