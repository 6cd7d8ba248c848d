"""Deviations beside what means stray: of layers whose heads say the same everywhere, and one cell by hand."""

from __future__ import annotations

import math

import pytest
import torch

from scanpath_attention_rnn.figures import deviations
from scanpath_attention_rnn.ops import LEAST_DEVIATION


def test_a_layer_that_always_says_the_same_strays_nowhere(network, drawn):
    net = network()
    layers = net.layers()
    with torch.no_grad():
        for layer in layers.values():
            layer.heads.zero_()
            layer.combine[:, 1] = 0
            layer.combine_bias[:, 1] = 0.5
    found = deviations.measure(net, [drawn, drawn])
    assert [(one["place"], one["grid"]) for one in found] == [
        ("pool1", [50, 50]),
        ("pool2", [25, 25]),
        ("pool3", [12, 12]),
    ]
    for one in found:
        assert one["deviation"]["value"] == pytest.approx(math.log1p(math.exp(0.5)) + LEAST_DEVIATION)
        assert one["over_cells"]["value"] == pytest.approx(0, abs=1e-6)
        assert one["over_questions"]["value"] == pytest.approx(0, abs=1e-6)


def test_what_a_layer_predicts_is_kept_and_averaged(network, drawn):
    net = network()
    with net.spread_by(0), deviations.distributions(net) as kept:
        net.look([drawn.picture], drawn.words, [0] * len(drawn.words))
    measured = deviations.measure(net, [drawn])
    for one, (mean, deviation) in zip(measured, kept.values(), strict=True):
        assert one["deviation"]["value"] == pytest.approx(float(deviation.mean()), rel=1e-5)
        cells = torch.stack([of_question.std() for of_question in mean])
        assert one["over_cells"]["value"] == pytest.approx(float(cells.mean()), rel=1e-4)
        assert one["over_questions"]["value"] == pytest.approx(float(mean.std(0).mean()), rel=1e-4) != 0
    assert len(kept) == 3
    kept.clear()
    net.look([drawn.picture], drawn.words, [0] * len(drawn.words))
    assert not kept  # the hooks are gone


def test_what_strays_is_not_what_is_drawn(network, drawn):
    net = network()
    assert deviations.measure(net, [drawn]) == deviations.measure(net, [drawn])
