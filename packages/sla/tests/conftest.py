"""Settings that all tests share; what mechanisms are given; and the parameters of ours as the loops take them."""

from __future__ import annotations

import os
from typing import NamedTuple

# Before torch: a CPU that reports AMX where the system refuses it dies of its first bf16 product.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16")

import pytest
import torch
from hypothesis import settings

from scanpath_sla import reference

settings.register_profile("local", deadline=None, max_examples=25)
settings.register_profile("ci", deadline=None, max_examples=25, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def seeded():
    """Draw the same parameters in every run; what hypothesis draws has a seed of its own."""
    torch.manual_seed(0)


class Given(NamedTuple):
    """What an attention is called with."""

    regions: torch.Tensor
    query: torch.Tensor | None
    mask: torch.Tensor | None


def masked(kind, batch, count, source):
    """Draw a mask (B, K): none, some real ones in each row, or nothing real in the first."""
    if kind == "no":
        return None
    mask = torch.rand(batch, count, generator=source) > 0.4
    mask[torch.arange(batch), torch.arange(batch) % count] = True
    if kind == "nothing":
        mask[0] = False
    return mask


@pytest.fixture(scope="session")
def draw():
    """A call that draws regions (B, *S, 7), a query (B, 5) and a mask, in float64."""

    def call(axes, *, batch=3, mask="no", query_dim=5, seed=0):
        source = torch.Generator().manual_seed(seed)
        regions = torch.randn(batch, *axes, 7, generator=source, dtype=torch.float64)
        query = torch.randn(batch, query_dim, generator=source, dtype=torch.float64) if query_dim else None
        real = masked(mask, batch, torch.Size(axes).numel(), source)
        return Given(regions, query, None if real is None else real.view(batch, *axes))

    return call


def asked(projection, query, batch):
    """Give W_h, its bias and h; a learnt vector is the bias of a layer whose input is 0."""
    if projection.linear is not None:
        return projection.linear.weight, projection.linear.bias, query
    learnt = projection.learnt
    return learnt.new_zeros(len(learnt), 1), learnt, learnt.new_zeros(batch, 1)


@pytest.fixture(scope="session")
def path_layers():
    """A call that gives a pathway's layers as the loops take them, W_z in one piece, and its kernels."""

    def call(path, axes=()):
        layers, kernels = [], []
        for t, (states, w_u) in enumerate(zip(path.states, path.scores, strict=True)):
            w_h, b, _ = asked(states, None, 1)
            w_z = None
            if t == 0:
                w_z = path.first
            elif path.latent:
                w_z = path.of_s[t - 1]
            content = path.of_content[t - 1] if t else None
            if path.kernel > 1:
                kernels.append(reference.Kernel(w_z, content, *axes))
                w_z = None
            elif t:
                w_z = torch.cat([w_z, content], 1) if path.latent else content
            w_v = path.values[t * path.hidden_dim : (t + 1) * path.hidden_dim]
            layers.append(reference.Layer(w_v, w_h, b, w_z, w_u))
        return layers, kernels or None

    return call


@pytest.fixture(scope="session")
def perceptron_layers():
    """A call that gives the layers of a plain stack as the loops take them."""

    def call(perceptrons, scores):
        rows = perceptrons.values.weight.split(perceptrons.output_dim)
        found = []
        for w_v, states, w_u in zip(rows, perceptrons.states, scores, strict=True):
            w_h, b, _ = asked(states, None, 1)
            found.append(reference.Layer(w_v, w_h, b, None, w_u))
        return found

    return call


@pytest.fixture(scope="session")
def assert_glorot():
    """A call that holds weights to U(-a, a), a = sqrt(6 / (fan_in + fan_out)); there must be a thousand or so."""

    def call(weight, fan_in, fan_out):
        bound = (6 / (fan_in + fan_out)) ** 0.5
        assert 0.98 * bound < weight.abs().max().item() <= bound

    return call


@pytest.fixture(scope="session")
def gradients():
    """A call that differentiates results under a fixed uneven pull; what is not reached has zeros."""

    def call(results, leaves):
        total = sum(leaf.flatten()[:0].sum() for leaf in leaves)
        for result in results:
            pull = torch.linspace(-1, 1, result.numel(), dtype=result.dtype).view_as(result)
            total = total + (result * pull).sum()
        found = torch.autograd.grad(total, leaves, allow_unused=True)
        return [torch.zeros_like(leaf) if one is None else one for leaf, one in zip(leaves, found, strict=True)]

    return call


@pytest.fixture(scope="session")
def assert_twins(gradients):
    """A call that holds results to those of the loops: values, and gradients of all leaves."""

    def call(fast, slow, leaves):
        torch.testing.assert_close(list(fast), list(slow), rtol=1e-9, atol=1e-10)
        torch.testing.assert_close(gradients(fast, leaves), gradients(slow, leaves), rtol=1e-8, atol=1e-9)

    return call
