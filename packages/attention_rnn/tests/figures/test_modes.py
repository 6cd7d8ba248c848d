"""Which copy a sample reaches, what is drawn again at another factor, what is counted of each picture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from scanpath_attention_rnn.figures import modes

EVEN = np.asarray([0.05, 0.1, 0.05])


@pytest.mark.parametrize(
    ("weights", "place"),
    [
        ([0.0, 3.0, 1.0], 1),
        ([3.0, 1.0, 1.0], 0),
        ([2.0, 1.5, 1.0], None),  # most, but not more than the others together
        ([2.0, 1.0, 1.0], None),  # just half
        ([1.9, 0.2, 0.2], None),  # less than an even map has on all three, which are of different sizes
        ([0.2, 1.9, 0.2], 1),  # more than that
        ([0.0, 0.0, 4.1], 2),
        ([0.0, 0.0, 4.00001], None),  # what an even map has there, but for rounding
        ([0.0, 0.0, 0.0], None),
    ],
)
def test_a_sample_reaches_the_copy_that_has_most_of_what_is_on_copies(weights, place):
    found = modes.reached(modes.Weights(np.asarray([weights]), EVEN))[0].tolist()
    assert found == [number == place for number in range(3)]


def test_weights_are_multiples_of_an_even_map_s(drawn):
    """On a grid as fine as the picture: all weight in the box of one copy, or even."""
    even = np.full((100, 100), 1e-4)
    box = drawn.copies[1] / drawn.copies[1].sum()
    found = modes.weigh(torch.tensor(np.stack([box, even]), dtype=torch.float32), drawn)
    np.testing.assert_allclose(found.even, drawn.copies.mean((1, 2)), rtol=1e-6)
    assert found.copies[0, 1] == pytest.approx(1 / drawn.copies[1].mean())
    np.testing.assert_allclose(found.copies[1], 1, rtol=1e-4)
    (reach,) = zip(*modes.count_reached([found]), strict=True)
    assert reach[:2] == (1, 0)
    assert reach[2] == pytest.approx((found.copies * found.even).sum() / 2 / found.even.sum())


def test_all_that_samples_reach_is_counted_once():
    eye = 5 * np.eye(3)
    found = modes.count_reached([modes.Weights(eye[[0, 1, 2, 2]], EVEN), modes.Weights(eye[[1, 1]], EVEN)])
    assert found.modes.tolist() == [3, 1]
    assert found.all_modes.tolist() == [1, 0]
    assert found.weight.tolist() == pytest.approx([5 * 0.25 / 4 / 0.2, 5 * 0.1 / 0.2])


def test_answers_are_counted_once():
    right = ["red", "blue", "white"]
    found = modes.count_answers([(["red", "blue", "green", "red"], right), (["white", "blue", "red", "red"], right)])
    assert found.colors.tolist() == [2, 3]
    assert found.all_colors.tolist() == [0, 1]
    assert found.right.tolist() == [0.75, 1]


def test_equal_noise_at_every_factor(network, drawn):
    """At the first layer a map's scores stray from the mean in proportion to the factor."""
    net = network()
    scores = {
        factor: modes.draw_looks(net, drawn, factor=factor, samples=3, seed=(0, 5)).maps["pool1"].logit()
        for factor in (0, 1, 3)
    }
    assert len(scores[0]) == 1
    torch.testing.assert_close(scores[3] - scores[0], 3 * (scores[1] - scores[0]), rtol=1e-3, atol=1e-3)
    turned = modes.draw_looks(net, drawn, factor=3, samples=3, seed=(0, 5), turn=True).maps["pool1"].logit()
    signs = (turned - scores[0]).sign(), (scores[3] - scores[0]).sign()
    assert (signs[0] == signs[1]).float().mean() > 0.999  # but for rounding: the noise is the same, its size is not
    assert (turned - scores[3]).abs().max() > 0.01
    assert all((one != other).any() for one, other in pairwise(scores[1]))
    assert all(layer.spread == 1 for layer in net.layers().values())


def test_samples_follow_from_the_seed_and_leave_torch_s_own_state_alone(network, drawn):
    net = network()
    state = torch.get_rng_state()
    one, again, other = (
        modes.draw_looks(net, drawn, factor=1, samples=2, seed=seed).product for seed in ((0, 1), (0, 1), (0, 2))
    )
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert torch.equal(state, torch.get_rng_state())
