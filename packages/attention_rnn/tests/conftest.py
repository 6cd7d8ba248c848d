"""Settings that all tests share, and what a scan is called with."""

from __future__ import annotations

import os
from typing import NamedTuple

# Before torch: a CPU that reports AMX where the system refuses it dies of its first bf16 product.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16")

import pytest
import torch
from hypothesis import settings

settings.register_profile("local", deadline=None, max_examples=25)
settings.register_profile("ci", deadline=None, max_examples=25, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def seeded():
    """Draw the same parameters in every run; what hypothesis draws has a seed of its own."""
    torch.manual_seed(0)


class Scanned(NamedTuple):
    """The arguments of ``scan.scan``."""

    context: torch.Tensor
    from_context: torch.Tensor
    from_state: torch.Tensor
    bias: torch.Tensor
    heads: torch.Tensor
    constant: torch.Tensor | None
    mask: torch.Tensor | None

    def leaves(self):
        return [one.requires_grad_() for one in self if one is not None and one.is_floating_point()]

    def plain(self):
        """The arguments of ``ops.scan`` and ``reference.scan``, whose constant holds the bias."""
        constant = self.bias.unsqueeze(2)
        if self.constant is not None:
            constant = constant + self.constant
        return self.context, self.from_context, self.from_state, constant, self.heads, self.mask


@pytest.fixture(scope="session")
def draw():
    """A call that draws the arguments of a scan in float64."""

    def call(batch, features, hidden, rows, columns, outputs=2, *, asked=True, masked=False, seed=0):
        source = torch.Generator().manual_seed(seed)

        def normal(*shape):
            return torch.randn(*shape, generator=source, dtype=torch.float64)

        return Scanned(
            normal(batch, features, rows, columns),
            normal(2, 4 * hidden, features),
            normal(2, 4 * hidden, 2 * hidden),
            normal(2, 4 * hidden),
            normal(2, outputs, hidden),
            normal(2, 4 * hidden, batch) if asked else None,
            torch.rand(batch, rows, columns, generator=source) > 0.3 if masked else None,
        )

    return call


@pytest.fixture(scope="session")
def assert_twins():
    """A call that holds two results of the same leaves to each other, and their gradients."""

    def gradients(result, leaves):
        pull = torch.linspace(-1, 1, result.numel(), dtype=result.dtype).view_as(result)
        found = torch.autograd.grad((result * pull).sum(), leaves, allow_unused=True)
        return [torch.zeros_like(leaf) if one is None else one for leaf, one in zip(leaves, found, strict=True)]

    def call(found, expected, leaves, *, tolerance=1e-9):
        torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)
        both = gradients(found, leaves), gradients(expected, leaves)
        torch.testing.assert_close(*both, rtol=tolerance, atol=tolerance)

    return call
