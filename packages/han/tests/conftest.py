"""Settings that all tests share, and the slow twins of whole mechanisms."""

from __future__ import annotations

import os
from typing import NamedTuple

# Before torch: a CPU that reports AMX where the system refuses it dies of its first bf16 product.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16")

import pytest
import torch
from hypothesis import settings
from torch import nn

from scanpath_han import PairwiseOperator, RelationNetwork, reference

settings.register_profile("local", deadline=None, max_examples=40)
settings.register_profile("ci", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def seeded():
    """Draw the same parameters in every run; what hypothesis draws has a seed of its own."""
    torch.manual_seed(0)


class Given(NamedTuple):
    """What a mechanism is called with."""

    regions: torch.Tensor
    query: torch.Tensor | None
    mask: torch.Tensor | None


def layers(part):
    """List the linear layers of a module as the reference takes them."""
    return [(one.weight, one.bias) for one in part.modules() if isinstance(one, nn.Linear)]


def first_query_layer(projection, query, batch):
    """Give a projection's layer and its input; a learnt vector is the bias of a layer whose input is 0."""
    if projection.linear is not None:
        return (projection.linear.weight, projection.linear.bias), query
    learnt = projection.learnt
    return (learnt.new_zeros(len(learnt), 1), learnt), learnt.new_zeros(batch, 1)


def joint(embed, given):
    """Compute m (B, K, d) by loops, with the parameters of a JointEmbedding."""
    regions = given.regions
    if given.mask is not None:
        regions = torch.where(given.mask.unsqueeze(-1), regions, 0)
    first, query = first_query_layer(embed.query, given.query, len(regions))
    of_query = [first, *layers(embed.query_out)]
    relu = any(isinstance(part, nn.ReLU) for part in embed.regions)
    return reference.joint(regions.flatten(1, -2), query, layers(embed.regions), of_query, relu=relu)


def places(axes, like):
    """Place the cells in [-1, 1], cell by cell: (K, 2)."""
    if len(axes) == 1:
        return like.new_zeros(axes[0], 2)
    ticks = [[-1 + 2 * i / (size - 1) if size > 1 else 0.0 for i in range(size)] for size in axes]
    return like.new_tensor([[row, column] for row in ticks[0] for column in ticks[1]])


def aggregate(aggregator, m, weights, given):
    """Aggregate m (B, K, d) by loops, each cell counted by its weight (B, K)."""
    if isinstance(aggregator, PairwiseOperator):
        sides = (aggregator.queries.weight, aggregator.keys.weight, aggregator.values.weight)
        return reference.pairwise(m, weights, *sides, heads=aggregator.heads, scale=aggregator.scale)
    if not isinstance(aggregator, RelationNetwork):
        return reference.sum_pooling(m, weights)
    if aggregator.coordinates:
        m = torch.cat([m, places(given.regions.shape[1:-1], m).expand(len(m), -1, -1)], 2)
    (weight, bias), query = first_query_layer(aggregator.query, given.query, len(m))
    first = torch.cat([aggregator.left.weight, aggregator.right.weight, weight], 1), bias
    g = [first, *((one.weight, one.bias) for one in aggregator.g)]
    return reference.relation(m, weights, query, g, layers(aggregator.f))


@pytest.fixture(scope="session")
def by_loops():
    """A call that gives a mechanism's context by loops, from its parameters and the cells that it is to keep."""

    def call(attention, given, choose):
        m = joint(attention.embed, given)
        mask = None if given.mask is None else given.mask.flatten(1)
        return aggregate(attention.aggregator, m, choose(reference.presence(m, mask), mask), given)

    return call


@pytest.fixture(scope="session")
def assert_twins():
    """A call that holds a mechanism to its twin: contexts, and gradients of all parameters and inputs."""

    def gradients(context, leaves):
        pull = torch.linspace(-1, 1, context.numel(), dtype=context.dtype).view_as(context)
        total = (context * pull).sum() + sum(leaf.flatten()[:0].sum() for leaf in leaves)
        found = torch.autograd.grad(total, leaves, allow_unused=True)
        return [torch.zeros_like(leaf) if one is None else one for leaf, one in zip(leaves, found, strict=True)]

    def call(attention, given, slow):
        inputs = [one.requires_grad_() for one in (given.regions, given.query) if one is not None]
        leaves = [*inputs, *attention.parameters()]
        context = attention(*given).context
        twin = slow(given)
        assert context.dtype == torch.float64
        torch.testing.assert_close(context, twin, rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(gradients(context, leaves), gradients(twin, leaves), rtol=1e-8, atol=1e-8)

    return call


@pytest.fixture(scope="session")
def copy_to_plain():
    """A call that gives a plain relation network the parameters of ours, whose first layer is in three parts."""

    def call(network, plain):
        linear = [part for part in plain.g if isinstance(part, nn.Linear)]
        with torch.no_grad():
            parts = (network.left.weight, network.right.weight, network.query.linear.weight)
            linear[0].weight.copy_(torch.cat(parts, 1))
            linear[0].bias.copy_(network.query.linear.bias)
        for own, other in zip(network.g, linear[1:], strict=True):
            other.load_state_dict(own.state_dict())

    return call


@pytest.fixture(scope="session")
def draw():
    """A call that draws what a mechanism is given, in float64: random cells, many alike, or all; some masked."""

    def call(axes, *, batch=3, cells="random", masked="no", query_dim=5, seed=0):
        source = torch.Generator().manual_seed(seed)
        count = torch.Size(axes).numel()
        regions = torch.randn(batch, count, 7, generator=source, dtype=torch.float64)
        if cells == "ties":
            regions = regions[:, torch.randint(min(2, count), (count,), generator=source)]
        elif cells == "equal":
            regions = regions[:, :1].expand(-1, count, -1).clone()
        mask = None
        if masked != "no":
            mask = torch.rand(batch, count, generator=source) > 0.4
            if masked == "one":
                mask = torch.arange(count) == torch.randint(count, (batch, 1), generator=source)
            elif masked == "nothing":
                mask[0] = False
            mask = mask.view(batch, *axes)
        query = torch.randn(batch, query_dim, generator=source, dtype=torch.float64) if query_dim else None
        return Given(regions.view(batch, *axes, 7), query, mask)

    return call
