"""Every parameter and input that should learn gets a gradient that is a number and not zero."""

from __future__ import annotations

import contextlib
import fnmatch
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from scanpath.testing.subject import DRAWS, ContractError, Inputs, Side, Subject, visible

ZERO = 1e-6
"""A gradient below this part of the largest one is rounding noise."""


class Gradients(NamedTuple):
    """Gradients of one random projection of what a host uses: scores, or contexts."""

    parameters: dict[str, Tensor]
    regions: Tensor | None
    tokens: Tensor | None
    query: Tensor | None


def backward(subject: Subject, module: nn.Module, inputs: Inputs) -> Gradients:
    """Differentiate the mechanism; a parameter that is not reached has no entry.

    Maps of an Attention are for eyes, so only its context is differentiated.
    """
    module.zero_grad(set_to_none=True)
    leaves = inputs._replace(
        regions=inputs.regions.detach().clone().requires_grad_(),
        tokens=None if inputs.tokens is None else inputs.tokens.detach().clone().requires_grad_(),
        query=None if inputs.query is None else inputs.query.detach().clone().requires_grad_(),
    )
    with subject.attempt("crashes in the backward pass", "keep the graph: no detach, no in-place change"), _eval_rnn():
        loss = projection(subject.call(module, leaves))
        if not loss.requires_grad:
            raise subject.fault("nothing of what it returns carries a gradient", "do not detach what a host uses")
        loss.backward()  # type: ignore[no-untyped-call]
    found = {name: parameter.grad for name, parameter in module.named_parameters() if parameter.grad is not None}
    module.zero_grad(set_to_none=True)
    return Gradients(found, leaves.regions.grad, _grad(leaves.tokens), _grad(leaves.query))


def doubled(inputs: Inputs) -> Inputs:
    """Bring what is drawn to double precision; masks stay."""
    query = None if inputs.query is None else inputs.query.double()
    tokens = None if inputs.tokens is None else inputs.tokens.double()
    return inputs._replace(regions=inputs.regions.double(), tokens=tokens, query=query)


def projection(sides: tuple[Side, ...]) -> Tensor:
    """Weigh what a host uses with fixed random numbers and sum it, so that no softmax's sum cancels a gradient."""
    source = torch.Generator().manual_seed(7)
    total = torch.zeros((), dtype=torch.float64)
    for side in sides:
        used = side.visible()["scores"] if side.context is None else side.context
        weights = torch.randn(used.shape, generator=source, dtype=torch.float64).to(used.device)
        total = total.to(used.device) + (used.double() * weights).sum()
    return total


def _grad(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.grad


@contextlib.contextmanager
def _eval_rnn() -> Iterator[None]:
    # cuDNN differentiates its recurrences in training mode only, and the checks run in eval mode.
    with torch.backends.cudnn.flags(enabled=False):
        yield


def _of_parameters(subject: Subject, seed: int) -> dict[str, Tensor]:
    """Differentiate in double precision, where what cancels is nearer to 0 than any gradient; else in single.

    A mechanism that fixes single precision somewhere keeps to the contract, and is judged in it.
    """
    try:
        return backward(subject, subject.build(seed).double(), doubled(subject.inputs(seed))).parameters
    except ContractError:
        return backward(subject, subject.build(seed), subject.inputs(seed)).parameters


def to_parameters(subject: Subject) -> None:
    """Each parameter's gradient is finite and, unless the caller names it as zero by construction, not zero."""
    sizes: dict[str, float] = {}
    for seed in DRAWS:
        module = subject.build(seed)
        names = [name for name, parameter in module.named_parameters() if parameter.requires_grad]
        if not names:
            break
        found = _of_parameters(subject, seed)
        for name in names:
            gradient = found.get(name)
            if gradient is not None and not gradient.isfinite().all():
                raise subject.fault(f"the gradient of {name} is not finite", "look for a division or root at zero")
            sizes[name] = max(sizes.get(name, 0.0), 0.0 if gradient is None else gradient.abs().max().item())
    largest = max(sizes.values(), default=1.0)
    for pattern in subject.zero_gradients:
        named = fnmatch.filter(sizes, pattern)
        if not named:
            raise subject.fault(f"zero_gradients names {pattern!r}, which no parameter is called", "correct the name")
        for name in named:
            if sizes[name] > ZERO * largest:
                raise subject.fault(f"zero_gradients names {name}, whose gradient is not zero", "take it off the list")
    silent = [
        name for name, size in sizes.items() if size <= ZERO * largest and not _named(name, subject.zero_gradients)
    ]
    if silent:
        raise subject.fault(
            f"{', '.join(silent)} get{'s' if len(silent) == 1 else ''} no gradient",
            "use it in what is returned, remove it, or name it in zero_gradients if that is by construction",
        )


def _named(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def to_inputs(subject: Subject) -> None:
    """Regions, tokens and a query that matters get a finite gradient that is not zero."""
    sizes: dict[str, float] = {}
    for seed in DRAWS:
        found = backward(subject, subject.build(seed), subject.inputs(seed))
        expected = {"regions": found.regions}
        if subject.role == "CoAttention":
            expected["tokens"] = found.tokens
        if subject.query is True:
            expected["query"] = found.query
        for name, gradient in expected.items():
            if gradient is not None and not gradient.isfinite().all():
                raise subject.fault(f"the gradient of the {name} is not finite", "look for a division or root at zero")
            sizes[name] = max(sizes.get(name, 0.0), 0.0 if gradient is None else gradient.abs().max().item())
    for name, size in sizes.items():
        if size == 0:
            raise subject.fault(
                f"the gradient of the {name} is missing or zero",
                "do not detach, use it, or check with query='ignored' if that is meant for a query",
            )


def query_matters(subject: Subject) -> None:
    """A query that is used changes what comes out; one that is ignored does not."""
    if not subject.query:
        return
    changed = False
    for seed in DRAWS:
        module, inputs = subject.build(seed), subject.inputs(seed)
        other = inputs._replace(query=subject.inputs(seed + 1).query)
        before, after = visible(subject.call(module, inputs)), visible(subject.call(module, other))
        changed |= any(not torch.allclose(before[name], after[name], rtol=1e-5, atol=1e-6) for name in before)
    if not changed and subject.query is True:
        raise subject.fault(
            "another query changes nothing", "use the query, or check it with query='ignored' if that is meant"
        )
    if changed and subject.query == "ignored":
        raise subject.fault("another query changes the result although it is to be ignored", "check it with query=True")
