"""The outside of a mechanism: signature, facts, results, and what it does with inputs that do not fit."""

from __future__ import annotations

import inspect
from typing import Any, get_args

import torch
from torch import Tensor

from scanpath.errors import ScanpathError
from scanpath.testing.subject import BATCH, BOXES, GRID, Inputs, Side, Subject
from scanpath.types import Attended, Axis, CoAttended, Kind

SIGNATURES = {
    "Scorer": ("regions", "query", "mask"),
    "Attention": ("regions", "query", "mask"),
    "CoAttention": ("regions", "tokens", "query", "region_mask", "token_mask"),
}


def signature(subject: Subject) -> None:
    """``forward`` takes the arguments of its role, by these names; query and masks may be left out."""
    module = subject.build()
    expected = SIGNATURES[subject.role]
    parameters = inspect.signature(module.forward).parameters
    if tuple(parameters) != expected:
        raise subject.fault(
            f"forward takes ({', '.join(parameters)}), expected ({', '.join(expected)})", "rename the arguments"
        )
    required = [name for name in expected[expected.index("query") :] if parameters[name].default is not None]
    if required:
        raise subject.fault(f"forward requires {', '.join(required)}", "give these arguments the default None")


def facts(subject: Subject) -> None:
    """The facts of the role stand on the module."""
    module: Any = subject.build()
    if subject.role == "Scorer":
        maps = getattr(module, "maps", None)
        if not _is_count(maps):
            raise subject.fault(f"maps is {maps!r}", "set the number of maps, an int of at least 1, on the module")
        return
    for name, allowed in (("kind", get_args(Kind)), ("axis", get_args(Axis))):
        value = getattr(module, name, None)
        if value not in allowed:
            raise subject.fault(f"{name} is {value!r}", f"set one of {', '.join(allowed)} on the module")
    name = "context_dim" if subject.role == "Attention" else "context_dims"
    widths = getattr(module, name, None)
    if subject.role == "Attention":
        fits = _is_count(widths)
    else:
        fits = isinstance(widths, tuple) and len(widths) == 2 and all(_is_count(width) for width in widths)
    if not fits:
        expected = "an int" if subject.role == "Attention" else "two ints (of the regions, of the tokens)"
        raise subject.fault(f"{name} is {widths!r}", f"set the context's width, {expected}, on the module")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def results(subject: Subject) -> None:
    """What comes out has the type, the widths and the number of maps that the facts promise."""
    module: Any = subject.build()
    for masked in (False, True):
        inputs = subject.inputs(masked=masked)
        with subject.attempt(f"crashes {'with' if masked else 'without'} a mask", "make the plain call work first"):
            out = module(*(inputs if subject.role == "CoAttention" else (inputs[0], *inputs[2:4])))
        if subject.role == "Scorer":
            if not isinstance(out, Tensor):
                raise subject.fault(f"it returns a {type(out).__name__}", "return the scores, a tensor (B, M, *S)")
            _shape(subject, "scores", out, (BATCH, module.maps, *subject.axes), f"maps says {module.maps}")
        elif subject.role == "Attention":
            _attended(subject, out, "region", module.context_dim, subject.axes)
            _glimpses(subject, module, out)
        else:
            if not isinstance(out, CoAttended):
                raise subject.fault(f"it returns a {type(out).__name__}", "return a CoAttended")
            _attended(subject, out.regions, "region", module.context_dims[0], subject.axes)
            _attended(subject, out.tokens, "token", module.context_dims[1], (subject.tokens,))
            _glimpses(subject, module, out.regions)
        _finite(subject, subject.call(module, inputs))


def _attended(subject: Subject, out: object, side: str, width: int, axes: tuple[int, ...]) -> None:
    if not isinstance(out, Attended):
        raise subject.fault(f"it returns a {type(out).__name__} for the {side}s", "return an Attended")
    _shape(subject, f"{side} context", out.context, (BATCH, width), f"the module's fact says {width}")
    maps = out.weights.shape[1] if out.weights.dim() > 1 else 1
    _shape(subject, f"{side} weights", out.weights, (BATCH, maps, *axes), "weights are (B, M, *S)")
    if not (isinstance(out.extras, dict) and all(isinstance(value, Tensor) for value in out.extras.values())):
        raise subject.fault(f"the {side} extras are not a dict of tensors", "return {} or name each tensor")


def _glimpses(subject: Subject, module: object, out: Attended) -> None:
    """Where the fact is given, the context falls into as many equal parts: one a map, or one in all."""
    glimpses, maps, width = getattr(module, "glimpses", 1), out.weights.shape[1], out.context.shape[1]
    if not _is_count(glimpses) or glimpses not in (1, maps) or width % glimpses:
        raise subject.fault(
            f"glimpses is {glimpses!r} for {maps} maps and a context {width} wide",
            "set it to the number of maps where their vectors stand side by side, and leave it out where they do not",
        )


def _shape(subject: Subject, name: str, out: Tensor, expected: tuple[int, ...], why: str) -> None:
    if tuple(out.shape) != expected:
        raise subject.fault(
            f"the {name} have shape {tuple(out.shape)}, expected {expected} ({why})", "make fact and result agree"
        )
    if not out.is_floating_point():
        raise subject.fault(f"the {name} are {out.dtype}", "return floating-point numbers")


def _finite(subject: Subject, sides: tuple[Side, ...]) -> None:
    for side in sides:
        for name, tensor in side.visible().items():
            if not tensor.isfinite().all():
                raise subject.fault(f"the {name} are not finite on ordinary inputs", "look for a division by zero")


def inputs_untouched(subject: Subject) -> None:
    """Inputs are never changed in place: other places of the host read them too."""
    module, inputs = subject.build(), subject.inputs(masked=True)
    before = [None if tensor is None else tensor.clone() for tensor in inputs]
    with torch.no_grad():
        subject.run(module, inputs, "with a mask", "make the plain call work first")
    for name, old, new in zip(Inputs._fields, before, inputs, strict=True):
        if old is not None and new is not None and not torch.equal(old, new):
            raise subject.fault(
                f"it changes its input {name} in place", "work on a copy: masked_fill, not masked_fill_"
            )


def wrong_shapes_raise(subject: Subject) -> None:
    """Widths and masks that do not fit raise; broadcasting them would hide a mistake."""
    module, inputs = subject.build(), subject.inputs(masked=True)
    mask = inputs.region_mask
    if mask is None:  # masked=True always draws one; this tells the type checker
        raise TypeError("no mask was drawn")
    wrong = {
        "regions of the wrong width": inputs._replace(regions=inputs.regions[..., :-1]),
        "a mask of one cell for all regions": inputs._replace(
            region_mask=mask.flatten(1)[:, :1].view(BATCH, *[1] * len(subject.axes))
        ),
        "a mask of one row for all samples": inputs._replace(region_mask=mask[:1]),
    }
    if inputs.query is not None:
        wrong["a query of the wrong width"] = inputs._replace(query=inputs.query[:, :-1])
        wrong["one query for all samples"] = inputs._replace(query=inputs.query[:1])
    if inputs.tokens is not None:
        wrong["tokens of the wrong width"] = inputs._replace(tokens=inputs.tokens[..., :-1])
    for what, changed in wrong.items():
        try:
            subject.call(module, changed)
        except Exception:  # noqa: BLE001, S112 - a shape that does not fit may be refused by torch itself
            continue
        raise subject.fault(f"it accepts {what}", "raise a ShapeError that gives both shapes")


def other_shape_refused(subject: Subject) -> None:
    """A mechanism that needs a grid (or boxes) refuses the other with a sentence."""
    if len(subject.shapes) == 2:
        return
    other = subject.resized(axes=GRID if subject.shapes == ("boxes",) else (BOXES,))
    try:
        other.call(other.build(), other.inputs())
    except ScanpathError:
        return
    except Exception as error:
        raise other.fault(
            f"it fails with a {type(error).__name__} that explains nothing",
            f"raise a ShapeError which says that it needs {'boxes' if len(other.axes) == 2 else 'a grid'}",
        ) from error
    raise other.fault(
        f"it accepts them although the check was told {'grid' if len(other.axes) == 2 else 'boxes'}=False",
        "check both, or refuse with a ShapeError",
    )
