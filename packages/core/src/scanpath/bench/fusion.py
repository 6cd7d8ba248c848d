"""What it saves MCB to sketch a question once a sample and to keep its result alone: three versions, one run.

All have the same sketches, norm and result. ``plain`` is how the authors' net is drawn: the question is tiled over the
regions, and both are sketched and transformed at every one. ``once`` sketches the question once a sample and leaves
the backward pass to autograd. ``mcb`` is the layer.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from scanpath.bench.cost import Cost, measure_costs
from scanpath.bench.table import Problem, Size
from scanpath.layers.fusions.mcb import MCB
from scanpath.layers.fusions.sketching import NORM_EPS, ROOT_EPS, Sketch, count_sketch
from scanpath.layers.fusions.spreading import spread


class FusionCosts(NamedTuple):
    """Of one forward and backward pass."""

    plain: Cost
    once: Cost
    mcb: Cost


class PlainMCB(nn.Module):
    """The operator written down as it reads, for autograd to differentiate.

    Args:
        layer: Has the sketches.
        tiled: Tile the question over the regions before it is sketched.
    """

    def __init__(self, layer: MCB, *, tiled: bool) -> None:
        super().__init__()
        self.layer = layer
        self.tiled = tiled

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, d)."""
        layer, width = self.layer, self.layer.output_dim
        asked = spread(query, x)  # (B, 1.., Q)
        if self.tiled:
            asked = asked.expand(*x.shape[:-1], -1)  # (B, *S, Q)
        first = torch.fft.rfft(count_sketch(x, Sketch(layer.x_buckets, layer.x_signs), width))
        second = torch.fft.rfft(count_sketch(asked, Sketch(layer.query_buckets, layer.query_signs), width))
        phi: Tensor = torch.fft.irfft(first * second, n=width)  # (B, *S, d)
        root = phi.sign() * (phi.abs() + ROOT_EPS).sqrt()
        over = tuple(range(1, x.dim())) if layer.norm == "sample" else (-1,)
        normalised: Tensor = root / (root.square().sum(over, keepdim=True) + NORM_EPS).sqrt()
        return normalised


def measure_mcb(size: Size, problem: Problem, *, output_dim: int = 16_000, repeats: int = 9) -> FusionCosts:
    """Measure the three versions, their passes interleaved; regions and query need a gradient, dropout is off.

    Args:
        size: Of the regions, (K, D) or (H, W, D).
        problem: Batch, width of the query, device; with ``backward=False`` the forward pass alone.
        output_dim: d.
        repeats: Timed passes of each.
    """
    layer = MCB(input_dim=size[-1], query_dim=problem.query_dim, output_dim=output_dim, dropout=0.0)
    layer.to(problem.device)
    generator = torch.Generator().manual_seed(0)
    inputs = [
        torch.randn(shape, generator=generator).to(problem.device).requires_grad_()
        for shape in ((problem.batch, *size), (problem.batch, problem.query_dim))
    ]
    versions = {"plain": PlainMCB(layer, tiled=True), "once": PlainMCB(layer, tiled=False), "mcb": layer}
    calls = {name: (version, inputs) for name, version in versions.items()}
    return FusionCosts(**measure_costs(calls, backward=problem.backward, repeats=repeats, warmup=1))
