"""How long an extraction will take, by a short timed trial before it starts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from torch import Tensor

from scanpath.errors import DataError
from scanpath.features.frozen import Extractor

ENOUGH = 0.5
"""Seconds of one forward pass that tell enough."""
TRIED = 64
"""Pictures that are decoded at most."""


def seconds_a_picture(
    names: Sequence[str], decode: Callable[[str], Tensor], extractor: Extractor, *, batch: int, decoders: int, cpu: bool
) -> float | None:
    """Time decoding and the network on the first pictures, in passes that double until one tells enough.

    Args:
        names: of the pictures.
        decode: reads and prepares one.
        extractor: where it will run.
        batch: pictures in one forward pass.
        decoders: threads that will decode.
        cpu: whether the network and the decoders share their cores.

    Returns:
        What one process needs for a picture; None where none of the first could be read.
    """
    began, prepared = time.perf_counter(), []
    for name in names[: min(TRIED, batch)]:
        try:
            prepared.append(decode(name))
        except (DataError, OSError):  # it will be told when its turn comes
            continue
        if time.perf_counter() - began > ENOUGH:
            break
    if not prepared:
        return None
    decoding = (time.perf_counter() - began) / len(prepared) / decoders
    _time(extractor, prepared[:1])  # the first pass allocates
    count = 1
    while (took := _time(extractor, prepared[:count])) < ENOUGH and count < len(prepared):
        count = min(2 * count, len(prepared))
    network = took / count
    return network + decoding if cpu else max(network, decoding)


def _time(extractor: Extractor, pictures: Sequence[Tensor]) -> float:
    began = time.perf_counter()
    for one in extractor.describe(pictures).features:
        one.cpu()  # waits for a GPU
    return time.perf_counter() - began


def in_words(seconds: float) -> str:
    """Say how long something takes: ``"3 h 05 min"``."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 90 else f"{minutes} min"
