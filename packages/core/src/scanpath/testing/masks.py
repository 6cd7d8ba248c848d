"""What lies behind False, NaN included, changes no output and gets no gradient."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from scanpath.testing.gradients import backward
from scanpath.testing.rows import difference
from scanpath.testing.subject import Inputs, Subject, visible

FILLERS = {"another number": 7.0, "NaN": torch.nan, "an infinity": torch.inf}
APPENDED = 2
REMEDY = "zero masked inputs with torch.where and fill masked scores with -inf before they meet real ones"


def masked_inputs(subject: Subject) -> Iterator[tuple[str, Inputs]]:
    """Give each mask on its own, then all together, with the words for what is masked."""
    inputs = subject.inputs(masked=True)
    if inputs.tokens is not None:
        yield "region mask", inputs._replace(token_mask=None)
        yield "token mask", inputs._replace(region_mask=None)
    yield "mask", inputs


def fill(inputs: Inputs, value: float) -> Inputs:
    """Put ``value`` behind the masks."""
    regions, tokens = inputs.regions, inputs.tokens
    if inputs.region_mask is not None:
        regions = torch.where(inputs.region_mask.unsqueeze(-1), regions, value)
    if tokens is not None and inputs.token_mask is not None:
        tokens = torch.where(inputs.token_mask.unsqueeze(-1), tokens, value)
    return inputs._replace(regions=regions, tokens=tokens)


def no_mask_is_all_true(subject: Subject) -> None:
    """``mask=None`` means that every region is real."""
    module, inputs = subject.build(), subject.inputs()
    full = inputs._replace(region_mask=torch.ones(inputs.regions.shape[:-1], dtype=torch.bool, device=subject.device))
    if inputs.tokens is not None:
        full = full._replace(token_mask=torch.ones(inputs.tokens.shape[:-1], dtype=torch.bool, device=subject.device))
    expected = visible(subject.call(module, inputs))
    for name, tensor in visible(subject.call(module, full)).items():
        if said := difference(expected[name], tensor, subject.tolerance):
            raise subject.fault(f"a mask that is all True {said} ({name}) against no mask", "treat None as all True")


def hidden_values(subject: Subject) -> None:
    """What lies behind a mask changes no output."""
    module = subject.build()
    for mask, inputs in masked_inputs(subject):
        expected = visible(subject.run(module, inputs, f"with a {mask}", "take a boolean mask (B, *S)"))
        for filler, value in FILLERS.items():
            sides = subject.run(module, fill(inputs, value), f"with {filler} behind the {mask}", REMEDY)
            for name, tensor in visible(sides).items():
                if said := difference(expected[name], tensor, subject.tolerance):
                    raise subject.fault(f"{filler} behind the {mask} reaches the {name} and {said}", REMEDY)


def hidden_gradients(subject: Subject) -> None:
    """What lies behind a mask gets no gradient and, being NaN, spoils no other one."""
    module = subject.build()
    for mask, inputs in masked_inputs(subject):
        clean = backward(subject, module, inputs)
        _no_gradient(subject, mask, "region", clean.regions, inputs.region_mask)
        _no_gradient(subject, mask, "token", clean.tokens, inputs.token_mask)
        spoilt = backward(subject, module, fill(inputs, torch.nan))
        for name, gradient in spoilt.parameters.items():
            if said := difference(clean.parameters[name], gradient, subject.tolerance):
                raise subject.fault(f"NaN behind the {mask} reaches the gradient of {name} and {said}", REMEDY)
        _no_gradient(subject, mask, "region", spoilt.regions, inputs.region_mask)
        _no_gradient(subject, mask, "token", spoilt.tokens, inputs.token_mask)


def _no_gradient(subject: Subject, what: str, side: str, gradient: Tensor | None, mask: Tensor | None) -> None:
    if gradient is not None and mask is not None and bool((gradient[~mask] != 0).any()):
        raise subject.fault(f"{side}s behind the {what} get a gradient", REMEDY)


def all_masked_row(subject: Subject) -> None:
    """A row without a real region has weights 0 and a finite context, and harms neither gradients nor other rows."""
    module = subject.build()
    for mask, inputs in masked_inputs(subject):
        expected = visible(subject.call(module, inputs))
        empty = _without_first_row(inputs)
        remedy = "guard the softmax of a row that is all -inf"
        sides = subject.run(module, empty, f"with a row whose {mask} is all False", remedy)
        for side in sides:
            if side.context is None:
                continue
            if not side.context[0].isfinite().all():
                raise subject.fault(
                    f"a row whose {mask} is all False has a {side.name} context that is not finite", remedy
                )
            if side.mask is not None and not side.mask[0].any() and bool((side.maps[0] != 0).any()):
                raise subject.fault(f"a row whose {mask} is all False has {side.name} weights that are not 0", remedy)
        for name, tensor in visible(sides).items():
            if said := difference(expected[name][1:], tensor[1:], subject.tolerance):
                raise subject.fault(f"a row whose {mask} is all False {said} ({name} of another row)", remedy)
        for name, gradient in backward(subject, module, empty).parameters.items():
            if not gradient.isfinite().all():
                raise subject.fault(f"a row whose {mask} is all False makes the gradient of {name} not finite", remedy)


def _without_first_row(inputs: Inputs) -> Inputs:
    def emptied(mask: Tensor | None) -> Tensor | None:
        return None if mask is None else torch.cat([torch.zeros_like(mask[:1]), mask[1:]])

    return inputs._replace(region_mask=emptied(inputs.region_mask), token_mask=emptied(inputs.token_mask))


def appended(subject: Subject) -> None:
    """Masked boxes (and tokens) appended at the end change nothing: recurrences step over them."""
    if subject.positions:
        return
    module, inputs = subject.build(), subject.inputs(masked=True)
    expected = visible(subject.call(module, inputs))
    longer = {"tokens": _append_tokens(inputs)}
    if len(subject.axes) == 1:
        longer["boxes"] = _append_boxes(inputs)
    for what, changed in longer.items():
        if changed is None:
            continue
        sides = subject.run(module, changed, f"with masked {what} appended", "take any number of regions")
        for name, tensor in visible(sides).items():
            kept = tensor[..., : expected[name].shape[-1]]
            if said := difference(expected[name], kept, subject.tolerance):
                raise subject.fault(
                    f"appending masked {what} {said} ({name})",
                    "step over padding: a recurrence must not walk through it",
                )


def _append_boxes(inputs: Inputs) -> Inputs:
    regions, mask = _longer(inputs.regions, inputs.region_mask)
    return inputs._replace(regions=regions, region_mask=mask)


def _append_tokens(inputs: Inputs) -> Inputs | None:
    if inputs.tokens is None:
        return None
    tokens, mask = _longer(inputs.tokens, inputs.token_mask)
    return inputs._replace(tokens=tokens, token_mask=mask)


def _longer(values: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    size = (values.shape[0], APPENDED)
    real = values.new_ones(values.shape[:-1], dtype=torch.bool) if mask is None else mask
    padding = values.new_full((*size, values.shape[-1]), 7.0)
    return torch.cat([values, padding], 1), torch.cat([real, real.new_zeros(size)], 1)
