"""What a mechanism computes once of its regions, and what it makes of that and a query, are what a call gives."""

from __future__ import annotations

from typing import Any

from scanpath.attention.preparing import attend, prepare, splits
from scanpath.testing.rows import difference
from scanpath.testing.subject import Inputs, Side, Subject, visible

REMEDY = "let forward be both steps, one after the other, or leave keys out (scanpath.attention.preparing)"


def in_two_steps(subject: Subject) -> None:
    """Of a mechanism that offers it, preparing regions and asking about them, twice, is calling it."""
    module = subject.build()
    if subject.role == "CoAttention" or not splits(module):
        return
    for masked in (False, True):
        inputs = subject.inputs(masked=masked)
        whole = visible(subject.call(module, inputs))
        with subject.attempt("crashes in two steps", REMEDY):
            parted = visible((_parted(subject, module, inputs),))
        for name, tensor in parted.items():
            if tensor.shape != whole[name].shape:
                raise subject.fault(f"in two steps the {name} have shape {tuple(tensor.shape)}", REMEDY)
            if said := difference(whole[name], tensor, subject.tolerance):
                raise subject.fault(f"calling it in two steps {said} ({name})", REMEDY)


def _parted(subject: Subject, module: Any, inputs: Inputs) -> Side:
    """Ask twice about regions that were prepared once, first with another query."""
    regions, _, query, mask, _ = inputs
    other = None if query is None else query.flip(0)
    if subject.role == "Scorer":
        keys = module.keys(regions, mask)
        module.score_keys(keys, other)
        return Side("region", None, module.score_keys(keys, query), mask)
    prepared = prepare(module, regions, mask)
    attend(module, prepared, other)
    found = attend(module, prepared, query)
    return Side("region", found.context, found.weights, mask)
