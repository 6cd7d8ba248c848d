"""Which copy a sample reaches, what is drawn again at another factor, what is counted of each picture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from scanpath_attention_rnn.figures import modes
from scanpath_attention_rnn.figures.networks import Looks

EVEN = np.asarray([0.05, 0.05, 0.05])


@pytest.mark.parametrize(
    ("weights", "place"),
    [
        ([0.0, 0.2, 0.1], 1),
        ([0.3, 0.1, 0.1], 0),
        ([0.2, 0.15, 0.1], None),  # most, but not more than the others together
        ([0.2, 0.1, 0.1], None),  # just half
        ([0.0, 0.14, 0.0], None),  # less than an even map has on all three
        ([0.0, 0.0, 0.16], 2),
        ([0.0, 0.0, 0.1500001], None),  # what an even map has there, but for rounding
        ([0.0, 0.0, 0.0], None),
    ],
)
def test_a_sample_reaches_the_copy_that_has_most_of_what_is_on_copies(weights, place):
    found = modes.reached(np.asarray([weights]), EVEN)[0].tolist()
    assert found == [number == place for number in range(3)]


def looks_with(product, answers):
    return Looks({}, [], torch.as_tensor(product, dtype=torch.float32), answers)


def test_what_one_picture_s_samples_did_by_hand(drawn):
    """On a grid as fine as the picture: all weight in the box of one copy, of another digit, or even."""
    even = np.full((100, 100), 1e-4)
    boxes = [drawn.copies[1] / drawn.copies[1].sum(), drawn.others[2] / drawn.others[2].sum()]
    found = modes.sampled(looks_with(np.stack([*boxes, even]), [drawn.colors[1], "x", "y"]), drawn)
    assert found.copies[0, 1] == pytest.approx(1)
    assert found.others[1, 2] == pytest.approx(1)
    np.testing.assert_allclose(found.copies[2], drawn.copies.mean((1, 2)), rtol=1e-4)
    np.testing.assert_allclose(found.even, np.stack([drawn.copies, drawn.others]).mean((2, 3)), rtol=1e-6)
    (counted,) = zip(*modes.counts([found]), strict=True)
    counted = modes.Counts(*counted)
    assert (counted.modes, counted.all_modes, counted.others, counted.all_others) == (1, 0, 1, 0)
    assert (counted.answers, counted.wrong, counted.right) == (1, 2, pytest.approx(1 / 3))
    assert counted.weight == pytest.approx(found.copies.sum() / 3)
    assert counted.even == pytest.approx(drawn.copies.mean((1, 2)).sum())


def test_all_that_samples_reach_is_counted_once():
    eye = np.eye(3)
    one = modes.Sampled(eye[[0, 1, 2, 2]], eye[[0, 0, 1, 1]], np.stack([EVEN, EVEN]), list("abca"), ["a", "b", "d"])
    other = one._replace(copies=eye[[1, 1]], answers=["d", "d"])
    found = modes.counts([one, other])
    assert found.modes.tolist() == [3, 1]
    assert found.all_modes.tolist() == [1, 0]
    assert found.others.tolist() == [2, 2]
    assert found.answers.tolist() == [2, 1]
    assert found.wrong.tolist() == [1, 0]
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
