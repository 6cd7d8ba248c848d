"""The traditional stacks come first; everything else is the same."""

from __future__ import annotations

from scanpath_sla.bench.streams import streams


def test_the_traditional_stacks_do_least():
    group = streams(device="cpu", batch=2, repeats=1, hidden=8, width=32, query=8, side=3)
    plain, latent, placed, sequential = (line.cost for line in group.lines)
    assert plain.flops < latent.flops < placed.flops
    assert plain.parameters < latent.parameters < placed.parameters
    assert sequential.parameters != placed.parameters  # W_h of the first look reads words, not the question
