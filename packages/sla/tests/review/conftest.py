"""ReviewNet's parameters as the loops take them, for every attention that has loops."""

from __future__ import annotations

import pytest

from scanpath_sla import reference
from scanpath_sla.review import reference as loops


@pytest.fixture(scope="session")
def cell():
    """A call that gives an LSTM's gates apart: from weights (4H, ..) and a bias (4H,) in the order i, f, g, o."""

    def call(weight, bias):
        return loops.Cell(*zip(weight.chunk(4), bias.chunk(4), strict=True))

    return call


@pytest.fixture(scope="session")
def looks(path_layers, perceptron_layers):
    """A call that gives an attention as a look of the loops, one picture at a time."""

    def call(attention, activation="relu"):
        def look(v, h, mask):
            given = v[None], h[None]
            real = None if mask is None else mask[None]
            if hasattr(attention, "path"):
                layers, _ = path_layers(attention.path)
                found, maps = reference.stacked_latent(*given, None, layers, real, activation)
            elif hasattr(attention, "reasoning"):
                layers = perceptron_layers(attention.reasoning, attention.scores)
                found, maps = reference.stacked(*given, layers, real, activation)
            else:  # additive of the core: one layer of the plain stack, with tanh
                scorer = attention.scorer
                linear = scorer.query.linear
                one = reference.Layer(scorer.regions.weight, linear.weight, linear.bias, None, scorer.weight[0])
                found, maps = reference.stacked(*given, [one], real, "tanh")
            return found[0], maps[0]

        return look

    return call
