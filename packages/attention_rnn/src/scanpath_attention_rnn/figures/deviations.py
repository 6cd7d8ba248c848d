"""The deviations that a network predicts: how large they are, and what is drawn if they are not where they belong.

The paper observed that deviations underestimate the variance. Of each layer: the mean deviation of a value, how far the
means of values stray over the cells of a map, and how far the mean of one cell strays over the questions about a
picture. A value that told what a mask may be, once the question is open, would have a deviation like the last.

It also observed that they capture crucial information all the same. So samples are held against those of :func:`turned`
deviations, which are the same numbers at other cells. Digits stand anywhere alike, so deviations that know nothing of
their picture lose nothing when they are turned. They would gain if they were replaced by their root mean square
instead: uneven noise reaches fewer copies than even noise, wherever it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from scanpath_attention_rnn.attention_rnn import AttentionRNN, Distribution
from scanpath_attention_rnn.figures.copies import Pictured
from scanpath_attention_rnn.figures.means import judge, mean_of
from scanpath_attention_rnn.figures.networks import Network

MEASURES = {
    "deviation": "deviation of a value",
    "over_cells": "means, over cells",
    "over_questions": "means, over questions",
}


@contextlib.contextmanager
def distributions(network: Network) -> Iterator[dict[str, Distribution]]:
    """Keep what each layer predicts while the network looks, by the layer's place."""
    found: dict[str, Distribution] = {}

    def keeping(name: str) -> Any:
        def keep(layer: nn.Module, given: tuple[Any, ...]) -> None:
            assert isinstance(layer, AttentionRNN)  # noqa: S101 - it was looked for
            found[name] = layer.distribution(*given)

        return keep

    hooks = [layer.register_forward_pre_hook(keeping(name)) for name, layer in network.layers().items()]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


@contextlib.contextmanager
def turned(network: Network) -> Iterator[None]:
    """Draw with the deviations of each map turned by half a turn and the means where they are, for a while."""
    layers = network.layers().values()
    try:
        for layer in layers:
            vars(layer)["value"] = _turning(layer)
        yield
    finally:
        for layer in layers:
            vars(layer).pop("value", None)


def _turning(layer: AttentionRNN) -> Callable[[Distribution], Tensor]:
    return lambda found: AttentionRNN.value(layer, found._replace(deviation=found.deviation.flip(2, 3)))


def measure(network: Network, pictures: Sequence[Pictured]) -> list[dict[str, Any]]:
    """Measure every layer on pictures, each with all its digits as questions; plain values, one entry a layer.

    ``underestimated`` is the verdict on the paper's sentence: whether a value's deviation is less than how far its mean
    strays over the questions, which a layer that predicts large deviations for everything fails.

    In front of a layer stand the means, not draws, so that what strays is the question's doing alone. Deviations are
    what they are when a value is drawn: a layer's spread times what it predicts.
    """
    spreads = {name: layer.spread for name, layer in network.layers().items()}
    values: dict[str, dict[str, list[float]]] = {}
    sizes: dict[str, list[int]] = {}
    for drawn in pictures:
        with network.spread_by(0), distributions(network) as told:
            network.look([drawn.picture], drawn.words, [0] * len(drawn.words))
        for name, (mean, deviation) in told.items():
            of_layer = values.setdefault(name, {measure: [] for measure in MEASURES})
            sizes[name] = list(mean.shape[2:])
            with torch.no_grad():
                of_layer["deviation"].append(spreads[name] * float(deviation.mean()))
                of_layer["over_cells"].append(float(mean.flatten(1).std(1).mean()))
                of_layer["over_questions"].append(float(mean.std(0).mean()))
    found: list[dict[str, Any]] = []
    for name, of_layer in values.items():
        plain = {key: mean_of(one).plain() for key, one in of_layer.items()}
        less = np.subtract(of_layer["over_questions"], of_layer["deviation"])
        verdict, reason = judge({"means over questions, less the deviation": less})
        found.append({"place": name, "grid": sizes[name], **plain, "underestimated": verdict, "reason": reason})
    return found
