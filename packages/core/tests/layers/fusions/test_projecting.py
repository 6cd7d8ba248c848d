"""Each glimpse has a projection of its own."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath.layers.fusions.projecting import Squashed


def test_glimpse_by_glimpse(with_gradient):
    layer = Squashed(input_dim=15, output_dim=7, parts=3)

    def expected(x):
        rows = []
        for row in x:
            for part, one in enumerate(layer.projections):
                piece = row[5 * part : 5 * part + 5]
                sums = [(w * piece).sum() + b for w, b in zip(one.weight, one.bias, strict=True)]
                rows.append(torch.stack(sums).tanh())
        return torch.stack(rows).view(len(x), 21)

    x = torch.randn(2, 15)
    torch.testing.assert_close(with_gradient(layer, x), with_gradient(expected, x))
    assert layer.output_dim == 21


def test_dropout_is_in_front():
    layer = Squashed(input_dim=3, output_dim=5, dropout=1.0)
    torch.testing.assert_close(layer(torch.randn(2, 3)), layer.projections[0].bias.tanh().expand(2, 5))


@pytest.mark.parametrize("parts", [0, 2])
def test_a_width_that_cannot_be_cut(parts):
    with pytest.raises(ConfigError, match="cannot be cut"):
        Squashed(input_dim=15, output_dim=7, parts=parts)
