"""Affinity of words and regions against loops, outputs and gradients."""

from __future__ import annotations

import torch

from scanpath import ops
from scanpath.attention import reference


def test_affinity_equals_its_loop(with_gradient):
    inputs = torch.randn(2, 3, 5), torch.randn(2, 11, 7), torch.randn(5, 7) / 4
    slow = with_gradient(lambda tokens, regions, weight: reference.affinity(regions, tokens, weight), *inputs)
    torch.testing.assert_close(with_gradient(ops.affinities, *inputs), slow, rtol=1e-4, atol=1e-5)


def test_affinity_flattens_a_grid():
    tokens, grid, weight = torch.randn(2, 3, 5), torch.randn(2, 11, 13, 7), torch.randn(5, 7)
    related = ops.affinities(tokens, grid, weight)
    assert related.shape == (2, 3, 143)
    torch.testing.assert_close(related, ops.affinities(tokens, grid.flatten(1, 2), weight))


def test_the_largest_of_real_partners(with_gradient):
    related = torch.rand(3, 5, 7) * 2 - 1
    mask = torch.rand(3, 7) > 0.5
    mask[1], mask[2] = False, True
    slow = with_gradient(lambda c: reference.largest(c, mask), related)
    torch.testing.assert_close(with_gradient(lambda c: ops.largest_affinity(c, mask), related), slow)
    torch.testing.assert_close(ops.largest_affinity(related)[2], slow[0][2])


def test_affine_scores_equal_their_loop(with_gradient):
    inputs = torch.randn(2, 5, 3), torch.randn(2, 7, 3), torch.rand(2, 5, 7), torch.randn(1, 3)
    eye = torch.eye(3)
    slow = with_gradient(lambda a, b, c, w: reference.affine(a, b, c, None, eye, eye, w[0]), *inputs)
    torch.testing.assert_close(with_gradient(ops.affine_scores, *inputs), slow, rtol=1e-4, atol=1e-5)
