"""What the latent pathway costs: beside plain stacked layers, in the twin stream, and in memory at the paper's batch.

::

    scanpath bench cost --method sla --regions 14x14x2048 --query 1024 --json cost.json
    scanpath bench cost --method sla --device cuda --batch 800 --regions 14x14x2048 --query 1024 --json cost.json

Every pass is forward and backward. On a CPU batches are cut, which times and memory follow in proportion; on a GPU the
second line is the paper's batch of 800 in one piece.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanpath.bench.method import Group
from scanpath_sla.bench.layers import layers
from scanpath_sla.bench.streams import streams
from scanpath_sla.bench.whole import whole

MOST = 16
"""Samples of a batch on a CPU."""


def stacking(*, device: str, batch: int, repeats: int) -> Iterator[Group]:
    """Measure the pathway, group by group; arguments as of :class:`scanpath.bench.method.Bench`."""
    batch = min(batch, MOST) if device == "cpu" else batch
    yield layers(device=device, batch=batch, repeats=repeats)
    yield streams(device=device, batch=batch, repeats=repeats)
    yield whole(device=device, batch=batch, repeats=repeats)
