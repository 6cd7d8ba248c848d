"""Two independent parts of a network at once: on a GPU the second runs on a stream of its own."""

from __future__ import annotations

from collections.abc import Callable

import torch

from scanpath.types import Attended


def both(
    first: Callable[[], Attended], second: Callable[[], Attended], *, device: torch.device, overlap: bool
) -> tuple[Attended, Attended]:
    """Call two parts that read what is computed already and not each other.

    Autograd runs a backward pass on the streams of its forward pass, so that backward passes overlap too.

    Args:
        first: The longer one; it stays on the current stream.
        second: Runs beside it where ``overlap`` is asked for, on a GPU and outside ``torch.compile``; else after it.
        device: Where both run.
        overlap: Whether to use a second stream.
    """
    if not overlap or device.type != "cuda" or torch.compiler.is_compiling():
        return first(), second()
    here, beside = torch.cuda.current_stream(device), torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    beside.wait_stream(here)
    with torch.cuda.stream(beside):
        later = second()
    sooner = first()
    here.wait_stream(beside)
    for found in (later.context, later.weights, *later.extras.values()):
        found.record_stream(here)  # it lies in the other stream's memory, which is not to be given away before
    return sooner, later
