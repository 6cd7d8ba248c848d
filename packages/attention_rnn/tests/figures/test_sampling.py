"""All factors on a few pictures: the result, the drawing, and what cannot be."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from scanpath.errors import ConfigError
from scanpath_attention_rnn.figures import modes, sampling, sheet
from scanpath_attention_rnn.figures.copies import draw
from scanpath_attention_rnn.figures.tiles import heads_of

CHOSEN = sampling.Chosen(pictures=3, samples=4, factors=(4, 1, 0, 1), drawn=2, show="maps")


@pytest.mark.parametrize(
    ("factors", "found"),
    [((4, 1, 0, 1), (0, 1, 4)), ((1, 1.5), (1, 1.5)), ((0, 1), None), ((2, 4), None), ((-1, 1, 2), None)],
)
def test_factors_are_1_and_larger_ones(factors, found):
    if found:
        assert sampling.check_factors(factors) == found
        return
    with pytest.raises(ConfigError, match=r"were given, expected 1, at least one above it and none below 0\."):
        sampling.check_factors(factors)


def test_factors_that_are_no_numbers():
    for wrong in (float("inf"), float("nan")):
        with pytest.raises(ConfigError, match=r"expected 1, at least one above it"):
            sampling.check_factors((1, 2, wrong))


@pytest.fixture
def measured(network, recipe):
    said = []
    return *sampling.sampled_masks([network(name="wave")], recipe, CHOSEN, say=said.append), said


def test_every_factor_is_measured_on_all_pictures(measured, network, recipe):
    result, _, said = measured
    assert json.loads(json.dumps(result)) == result
    assert (result["data"], result["pictures"], result["samples"]) == ("mref", 3, 4)
    assert result["made_of"]["background"] == "black"
    (found,) = result["networks"]
    assert [one["factor"] for one in found["factors"]] == [0, 1, 4]
    assert len(found["layers"]) == 3
    assert [(one["of"], one["verdict"]) for one in found["statements"]] == [
        *[("maps", "open")] * 3, *[("features", "open")] * 3  # too few pictures
    ]  # fmt: skip
    net, pictures = network(name="wave"), [draw(recipe, index) for index in range(3)]
    for one, turn in itertools.product(found["factors"], (False, True)):
        looks = [
            modes.draw_looks(net, drawn, factor=one["factor"], samples=4, seed=(0, index), turn=turn)
            for index, drawn in enumerate(pictures)
        ]
        pairs = list(zip(looks, pictures, strict=True))
        expected = {
            "maps": modes.count_reached([modes.weigh(of_it.product, drawn) for of_it, drawn in pairs]),
            "features": modes.count_reached([modes.weigh(of_it.attended, drawn) for of_it, drawn in pairs]),
            "answers": modes.count_answers([(of_it.answers, drawn.colors) for of_it, drawn in pairs]),
        }
        for part, counted in expected.items():
            for name, values in counted._asdict().items():
                written = (one["turned"] if turn else one)[part][name]
                assert written["value"] == pytest.approx(np.mean(values)), (part, name)
    assert len(said) == 3 + 6
    assert said[-1].startswith("wave, features: ? in this run: open: Samples span the modes")
    assert said[0].startswith("wave, factor 0, copies (turned): maps reach ")


def test_the_drawing_has_a_block_a_picture(measured):
    _, drawing, _ = measured
    assert drawing.width == sheet.width_of(200, 4)
    assert drawing.height > 2 * (sheet.LINE + 200)


@pytest.mark.parametrize("show", ["maps", "features"])
def test_a_row_is_the_first_sample_that_reaches_a_copy_or_says_that_none_does(network, drawn, monkeypatch, show):
    net, hits = network(), np.zeros((4, 3), dtype=bool)
    hits[2:, 1] = True
    monkeypatch.setattr(modes, "reached", lambda _weights: hits)
    plain = modes.draw_looks(net, drawn, factor=0, samples=4, seed=(0, 0))
    looks = modes.draw_looks(net, drawn, factor=2, samples=4, seed=(0, 0))
    rows = sampling._rows(plain, looks, drawn, show, "factor 2")
    assert [list(row.tiles) for row in rows] == [heads := heads_of([plain], show), [], heads, []]
    assert rows[0].name == "each value its mean"
    assert rows[1].words == "none of 4 samples, factor 2"
    assert rows[2].name == f"on the {drawn.colors[1]} {drawn.asked}: sample 3 of 4, factor 2"
    expected = sheet.over(drawn.picture, looks.product[2].numpy(), drawn.target)
    np.testing.assert_array_equal(np.asarray(rows[2].tiles["product of maps"]), np.asarray(expected))
    assert rows[2].right == (looks.answers[2] in drawn.colors)
    shown = {"maps": looks.product, "features": looks.attended}[show]
    weights = modes.weigh(shown, drawn).copies[2]
    assert rows[2].words.endswith(f"({', '.join(f'{c} {w:.1f}' for c, w in zip(drawn.colors, weights, strict=True))})")


def test_networks_that_draw_nothing_are_refused_before_anything_is_measured(network, recipe):
    wave, plain = network(), network({"name": "attention_rnn", "hidden": 2})
    with pytest.raises(ConfigError, match="draws no values at pool1"):
        sampling.sampled_masks([wave, plain], recipe, CHOSEN, say=pytest.fail)
