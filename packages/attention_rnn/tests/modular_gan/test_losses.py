"""Losses worked by hand, and the penalty's gradient of a gradient against differences."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from scanpath_attention_rnn.modular_gan import Critic, losses


def test_critics_and_fakes_want_the_opposite():
    real, fake = torch.tensor([[[[1.0, 2.0]]], [[[4.0, 5.0]]]]), torch.tensor([[[[0.0, -1.0]]], [[[2.0, 5.0]]]])
    assert losses.critic_loss(real, fake).item() == 1.5 - 3.0
    assert losses.fooling_loss(fake).item() == -1.5


def test_pictures_between_are_as_real_as_the_mix_says():
    real, fake = torch.full((2, 3, 5, 7), 8.0), torch.full((2, 3, 5, 7), -4.0)
    found = losses.interpolated(real, fake, torch.tensor([0.25, 1.0]))
    assert (found[0].unique().item(), found[1].unique().item()) == (-1.0, 8.0)


def test_the_penalty_of_a_plane_is_what_its_slope_says():
    """D(x) = w x has the gradient w everywhere, and two patches of it twice that."""
    weight = torch.tensor([3.0, 4.0, 12.0]).view(1, 3, 1, 1)
    pictures = torch.randn(2, 3, 1, 1)
    assert losses.gradient_penalty(lambda x: (weight * x).sum(1), pictures).item() == pytest.approx(12.0**2)
    twice = losses.gradient_penalty(lambda x: torch.cat([(weight * x).sum(1)] * 2), pictures)
    assert twice.item() == pytest.approx(25.0**2)


def test_the_penalty_is_that_of_each_picture_by_loops():
    critic = Critic(side=8, code_dim=1, width=3, layers=2).double()
    pictures = torch.randn(3, 3, 8, 8, dtype=torch.float64)
    total = 0.0
    for one in pictures:
        at = one[None].clone().requires_grad_()
        critic(at).real.sum().backward()
        total += (math.sqrt(sum(value * value for value in at.grad.flatten().tolist())) - 1) ** 2
    found = losses.gradient_penalty(lambda x: critic(x).real, pictures)
    assert found.item() == pytest.approx(total / 3)


def test_the_penalty_is_differentiated_twice():
    """Its gradient in the critic's weights goes through the gradient in the pictures; compared with differences."""
    pictures = torch.randn(2, 2, 5, 5, dtype=torch.float64)
    bias = torch.randn(3, dtype=torch.float64)

    def penalty(first, second):
        def score(x):
            return nn.functional.conv2d(torch.tanh(nn.functional.conv2d(x, first, bias)), second)

        return losses.gradient_penalty(score, pictures)

    weights = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in ((3, 2, 3, 3), (1, 3, 2, 2))]
    assert torch.autograd.gradcheck(penalty, weights)


def test_nothing_flows_back_into_the_pictures():
    pictures = torch.randn(2, 3, 8, 8, requires_grad=True)
    critic = Critic(side=8, code_dim=1, width=3, layers=2)
    with torch.no_grad():  # as an evaluation would
        quiet = losses.gradient_penalty(lambda x: critic(x).real, pictures)
    losses.gradient_penalty(lambda x: critic(x).real, pictures).backward()
    assert pictures.grad is None
    assert torch.isfinite(quiet)


def test_values_of_one_number_are_a_yes_or_no():
    logits = torch.tensor([[0.3], [-2.0]], dtype=torch.float64)
    expected = -(math.log(1 / (1 + math.exp(-0.3))) + math.log(1 - 1 / (1 + math.exp(2.0)))) / 2
    assert losses.value_loss(logits, torch.tensor([1, 0])).item() == pytest.approx(expected)


def test_values_of_several_numbers_exclude_each_other():
    logits = torch.tensor([[1.0, 2.0, 0.0], [0.0, 0.0, 5.0]], dtype=torch.float64)
    shares = [math.exp(2) / (math.e + math.exp(2) + 1), 1 / (2 + math.exp(5))]
    expected = -sum(map(math.log, shares)) / 2
    assert losses.value_loss(logits, torch.tensor([1, 0])).item() == pytest.approx(expected)


def test_cycles_are_mean_distances():
    one, other = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.5, 1.0]])
    assert losses.pixel_cycle(one, other).item() == 1.75
    assert losses.feature_cycle(other, one).item() == 1.75
