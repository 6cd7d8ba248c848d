"""Deviations beside what means stray: of layers whose heads say the same everywhere, and one cell by hand."""

from __future__ import annotations

import contextlib
import math

import pytest
import torch

from scanpath_attention_rnn.attention_rnn import Distribution
from scanpath_attention_rnn.figures import deviations, modes
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


@pytest.mark.parametrize(("bias", "verdict"), [(0.5, "fails"), (-20.0, "holds")])
def test_a_deviation_is_underestimated_where_means_stray_further(network, drawn, bias, verdict):
    net = network()
    with torch.no_grad():
        for layer in net.layers().values():
            layer.combine[:, 1] = 0
            layer.combine_bias[:, 1] = bias
            layer.combine[:, 0] *= 50  # means stray, by more than the least deviation
            if bias > 0:
                layer.heads.zero_()
    assert {one["underestimated"] for one in deviations.measure(net, [drawn] * 20)} == {verdict}
    few = deviations.measure(net, [drawn] * 3)[0]
    assert (few["underestimated"], few["reason"]) == ("open", "3 pictures, a verdict needs 20")


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


def test_deviations_are_what_is_drawn_of_a_network_that_was_trained_with_a_spread(network, drawn):
    plain, spread = network(), network()
    for layer in spread.layers().values():
        layer.spread = 2.0
    for one, other in zip(deviations.measure(plain, [drawn]), deviations.measure(spread, [drawn]), strict=True):
        assert other["deviation"]["value"] == pytest.approx(2 * one["deviation"]["value"])
        assert other["over_cells"] == one["over_cells"]


@pytest.mark.parametrize("scorer", ["attention_rnn", "block_attention_rnn"])
def test_turned_deviations_are_the_same_at_other_cells_for_a_while(network, scorer):
    net = network(first={"name": scorer, "hidden": 2, "sample": True})
    found = Distribution(torch.zeros(2, 1, 3, 5), torch.arange(30.0).view(2, 1, 3, 5))
    for layer in net.layers().values():
        values = []
        for held in (contextlib.nullcontext(), deviations.turned(net), contextlib.nullcontext()):
            torch.manual_seed(0)
            with held, net.spread_by(3):
                values.append(layer.value(found))
        torch.manual_seed(0)
        noise = torch.randn(2, 1, 3, 5)
        torch.testing.assert_close(values[0], 3 * found.deviation * noise)
        torch.testing.assert_close(values[1], 3 * found.deviation.flip(2, 3) * noise)
        assert torch.equal(values[2], values[0])


def test_even_deviations_lose_nothing_when_they_are_turned(network, drawn):
    """All that the network draws is the same, layer behind layer."""
    net = network()
    with torch.no_grad():
        for layer in net.layers().values():
            layer.combine[:, 1] = 0
    one, other = (
        modes.draw_looks(net, drawn, factor=4, samples=3, seed=(0, 0), turn=turn).product for turn in (False, True)
    )
    assert torch.equal(one, other)
    assert (one[0] != one[1]).any()
