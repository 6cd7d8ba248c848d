"""The three scores against loops, outputs and gradients."""

from __future__ import annotations

import pytest
import torch

from scanpath import ops
from scanpath.attention import reference


def test_dot_equals_its_loop(with_gradient):
    keys, queries = torch.randn(3, 7, 5), torch.randn(3, 2, 5)
    torch.testing.assert_close(
        with_gradient(ops.dot_scores, keys, queries), with_gradient(reference.dot_scores, keys, queries)
    )


def test_cosine_equals_its_loop(with_gradient):
    keys, queries = torch.randn(3, 7, 5), torch.randn(3, 2, 5)
    torch.testing.assert_close(
        with_gradient(ops.cosine_scores, keys, queries),
        with_gradient(reference.cosine_scores, keys, queries),
        rtol=1e-4,
        atol=1e-5,
    )


def test_cosine_of_nothing_is_nothing_and_its_gradient_is_small(with_gradient):
    out, keys, _ = with_gradient(ops.cosine_scores, torch.zeros(2, 3, 5), torch.randn(2, 1, 5))
    assert (out == 0).all()
    assert keys.abs().max() < 1e4


@pytest.mark.parametrize("literal", [True, False])
def test_additive_equals_its_loop(with_gradient, literal):
    inputs = torch.randn(3, 7, 5), torch.randn(3, 5), torch.randn(2, 5)
    eye, zero = torch.eye(5), torch.zeros(5)
    torch.testing.assert_close(
        with_gradient(lambda k, q, w: ops.additive_scores(k, q, w, literal=literal), *inputs),
        with_gradient(lambda k, q, w: reference.additive_scores(k, q, eye, eye, zero, w, literal=literal), *inputs),
    )


def test_additive_leaves_its_inputs_alone():
    keys, query = torch.randn(3, 7, 5), torch.randn(3, 5)
    copies = keys.clone(), query.clone()
    ops.additive_scores(keys, query, torch.randn(2, 5))
    torch.testing.assert_close((keys, query), copies, rtol=0, atol=0)


def test_scores_keep_the_grid():
    grid = torch.randn(2, 3, 5, 7)
    for scores in (
        ops.dot_scores(grid, torch.randn(2, 11, 7)),
        ops.cosine_scores(grid, torch.randn(2, 11, 7)),
        ops.additive_scores(grid, torch.randn(2, 7), torch.randn(11, 7)),
    ):
        assert scores.shape == (2, 11, 3, 5)
    queries = torch.randn(2, 1, 7)
    torch.testing.assert_close(ops.dot_scores(grid, queries)[1, 0, 2, 4], (grid[1, 2, 4] * queries[1, 0]).sum())
