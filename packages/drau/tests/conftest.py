"""Settings that all tests share, and how a mechanism is compared with its slow twin."""

from __future__ import annotations

import os

# Before torch: a CPU that reports AMX where the system refuses it dies of its first bf16 product.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16")

import pytest
import torch


@pytest.fixture(autouse=True)
def seeded():
    """Draw the same parameters in every run."""
    torch.manual_seed(0)


@pytest.fixture
def drawn():
    """Draw every parameter of a module anew, biases and slopes too, so that none is a number of no effect."""

    def draw(module):
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.normal_(0, 0.5)
        return module.double().eval()

    return draw


def with_gradients(function, inputs, parameters):
    """Give what a function returns, and the gradient of each input and parameter under a fixed random pull."""
    leaves = [one.detach().clone().requires_grad_() for one in inputs]
    out = function(*leaves)
    source = torch.Generator().manual_seed(7)
    total = sum((one * torch.randn(one.shape, generator=source, dtype=one.dtype)).sum() for one in out)
    total = total + sum(leaf.flatten()[:0].sum() for leaf in leaves)  # a loop over nothing real has no leaf in it
    gradients = torch.autograd.grad(total, [*leaves, *parameters], allow_unused=True)
    return [one.detach() for one in out], [torch.zeros(()) if one is None else one for one in gradients]


@pytest.fixture
def assert_twins():
    """Two functions of the same inputs and parameters agree, their gradients too; in double precision, so to 1e-7."""

    def check(fast, slow, *inputs, parameters):
        outputs, gradients = with_gradients(fast, inputs, parameters)
        expected, slow_gradients = with_gradients(slow, inputs, parameters)
        for ours, theirs in zip([*outputs, *gradients], [*expected, *slow_gradients], strict=True):
            torch.testing.assert_close(ours.to(theirs), theirs.expand_as(ours))

    return check


@pytest.fixture
def by_rows():
    """A loop over samples: ``one(row, places)`` gives contexts and weights of a sample's real places, by their number.

    Returns contexts (B, C), weights (B, G, places) with 0 where masked, and so on by turns.
    """

    def run(one, masks, counts):
        sides = [[] for _ in range(2 * len(counts))]
        for row in range(len(masks[0])):
            seen = [mask[row].flatten().nonzero().flatten() for mask in masks]
            for number, found in enumerate(one(row, *seen)):
                side, is_map = divmod(number, 2)
                if is_map:
                    full = found.new_zeros(found.shape[0], counts[side])
                    found = full.index_copy(1, seen[side], found)
                sides[number].append(found)
        return [torch.stack(one) for one in sides]

    return run
