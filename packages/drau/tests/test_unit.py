"""The unit against its loop, masks included, and against the words of the paper by numbers."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath_drau import RecurrentAttentionUnit, reference

SIZES = {"feature_dim": 11, "widths": [5, 5], "joint_dim": 5, "hidden_dim": 7, "context_dim": 13}


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("options", [{}, {"glimpses": 3, "activate_scores": True}, {"join": "channels"}])
def test_equals_its_loop(drawn, assert_twins, by_rows, options, masked):
    unit = drawn(RecurrentAttentionUnit(**SIZES, **options))
    named, stack = dict(unit.named_parameters()), options.get("join") != "channels"
    mask = torch.tensor([[1, 1, 0, 1, 0, 1, 0], [0, 0, 1, 1, 1, 1, 1]], dtype=torch.bool) if masked else None
    real = torch.ones(2, 7, dtype=torch.bool) if mask is None else mask

    def fast(first, second, features):
        found = unit([first, second], features, mask)
        return found.context, found.weights

    def slow(first, second, features):
        def one(row, seen):
            maps = [[x[row, n] for n in seen] for x in (first, second)]
            return reference.unit(named, maps, [features[row, n] for n in seen], stack=stack)

        return by_rows(one, [real], [7])

    given = [torch.randn(2, 7, width, dtype=torch.float64) for width in (5, 5, 11)]
    assert_twins(fast, slow, *given, parameters=[*unit.parameters()])


def test_equal_scores_are_a_mean_by_hand():
    """W_g = 0 scores all places alike: the features 1 and 3 are averaged to 2, and PReLU(-2 + 1) is a quarter of -1."""
    unit = RecurrentAttentionUnit(
        feature_dim=1, widths=[2], joint_dim=2, hidden_dim=3, context_dim=1, glimpses=1, join="channels"
    ).eval()
    with torch.no_grad():
        unit.scores.glimpses.weight.zero_()
        unit.project[0].weight.fill_(-1)
        unit.project[0].bias.fill_(1)
    found = unit([torch.randn(1, 2, 2)], torch.tensor([[[1.0], [3.0]]]))
    assert found.weights.tolist() == [[[0.5, 0.5]]]
    assert found.context.tolist() == [[-0.25]]


def test_padding_that_is_read_is_zeros_which_are_attended_to():
    unit = RecurrentAttentionUnit(**SIZES, read_padding=True).eval()
    maps, features = [torch.randn(2, 7, 5) for _ in range(2)], torch.randn(2, 7, 11)
    mask = torch.tensor([[True] * 5 + [False] * 2] * 2)
    features[:, 5:] = float("nan")
    found = unit(maps, features, mask)
    expected = unit(maps, features.nan_to_num(0))
    torch.testing.assert_close(found.context, expected.context)
    torch.testing.assert_close(found.weights, expected.weights)
    assert (found.weights[:, :, 5:] > 0).all()


def test_what_is_refused():
    with pytest.raises(
        ConfigError, match=r"^RecurrentAttentionUnit got glimpses=0, expected a whole number from 1 on\.$"
    ):
        RecurrentAttentionUnit(**SIZES, glimpses=0)
    with pytest.raises(ConfigError, match="context_dim=0"):
        RecurrentAttentionUnit(**{**SIZES, "context_dim": 0})
    maps = [torch.randn(2, 7, 5) for _ in range(2)]
    with pytest.raises(ShapeError, match=r"got features \(2, 7, 3\), expected \(B, \*S, 11\)"):
        RecurrentAttentionUnit(**SIZES)(maps, torch.randn(2, 7, 3))


@pytest.mark.parametrize(
    ("maps", "features", "words"),
    [
        ([(2, 7, 5)], (2, 7, 11), r"got maps \[5\] wide, expected \[5, 5\]"),
        ([(2, 7, 5), (2, 7, 3)], (2, 7, 11), r"got maps \[5, 3\] wide, expected \[5, 5\]"),
        ([(2, 7, 5), (2, 7, 5)], (2, 3, 11), r"got maps \(2, 7, 5\) and features \(2, 3, 11\): give it both over the"),
        ([(2, 7, 5), (2, 7, 5)], (3, 7, 11), r"got maps \(2, 7, 5\) and features \(3, 7, 11\)"),
    ],
)
def test_maps_that_do_not_fit(maps, features, words):
    with pytest.raises(ShapeError, match=words):
        RecurrentAttentionUnit(**SIZES)([torch.randn(one) for one in maps], torch.randn(features))


@pytest.mark.parametrize("activation", ["relu", "prelu"])
def test_relus_that_join_by_two_negative_numbers_pass_nothing_on(activation):
    """Positive maps, as ReLUs give them, vanish: an even map without a gradient, where a PReLU still has one."""
    unit = RecurrentAttentionUnit(**SIZES, activation=activation).eval()
    with torch.no_grad():
        unit.scores.join.weight.copy_(torch.tensor([[-0.5, -1.0]]))
    maps = [torch.rand(2, 7, 5, requires_grad=True) for _ in range(2)]
    found = unit(maps, torch.randn(2, 7, 11))
    found.context.square().sum().backward()
    learns = activation == "prelu"
    assert bool(unit.scores.join.weight.grad.any()) == bool(maps[0].grad.any()) == learns
    if not learns:
        assert found.context.isfinite().all()
        assert not unit.scores.join.bias.grad.any()
