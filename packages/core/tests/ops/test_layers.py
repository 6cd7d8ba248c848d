"""Scores of layers and the map over all of them, worked by hand and against the loop."""

from __future__ import annotations

import math

import pytest
import torch

from scanpath import ops
from scanpath.attention import reference


@pytest.mark.parametrize("pooling", ["mean", "sum"])
def test_equals_its_loop(with_gradient, pooling):
    mask = torch.rand(3, 11) > 0.4
    mask[0, :2] = False
    mask[1] = False
    sizes = [2, 3, 6]

    def fast(scores):
        return ops.layer_softmax(scores, ops.layer_scores(scores, sizes, mask, pooling=pooling), sizes, mask)

    scores = torch.randn(3, 2, 11)
    slow = with_gradient(lambda s: reference.layerwise(s, sizes, mask, pooling=pooling), scores)
    torch.testing.assert_close(with_gradient(fast, scores), slow)


def test_worked_by_hand():
    scores = torch.tensor([[[math.log(1.0), math.log(3.0), math.log(6.0)]]])
    means = ops.layer_scores(scores, [2, 1])
    torch.testing.assert_close(means.exp(), torch.tensor([[[math.sqrt(3.0), 6.0]]]))
    torch.testing.assert_close(ops.layer_scores(scores, [2, 1], pooling="sum").exp(), torch.tensor([[[3.0, 6.0]]]))
    weights = ops.layer_softmax(scores, torch.tensor([[[math.log(2.0), 0.0]]]), [2, 1])
    torch.testing.assert_close(weights, torch.tensor([[[1 / 6, 3 / 6, 1 / 3]]]))


def test_what_is_masked_is_not_read():
    mask = torch.tensor([[True, False, True]])
    scores = torch.tensor([[[1.0, float("nan"), 2.0]]])
    assert ops.layer_scores(scores, [2, 1], mask).tolist() == [[[1.0, 2.0]]]
    layers = torch.zeros(1, 1, 2)
    assert ops.layer_softmax(scores, layers, [2, 1], mask).tolist() == [[[0.5, 0.0, 0.5]]]
