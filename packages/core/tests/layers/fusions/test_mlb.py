"""MLB against loops over samples, regions and numbers."""

from __future__ import annotations

import torch

from scanpath.layers import MLB


def test_equals_the_loops(with_gradient):
    fusion = MLB(input_dim=6, query_dim=7, output_dim=5, glimpses=2).eval()
    first, second = fusion.x.projections
    (asked,) = fusion.query.projections

    def expected(x, query):
        numbers = []
        for b in range(2):
            for i in range(11):
                for k in range(10):
                    side, place, part = (first, k, x[b, i, :3]) if k < 5 else (second, k - 5, x[b, i, 3:])
                    seen = torch.tanh((side.weight[place] * part).sum() + side.bias[place])
                    numbers.append(seen * torch.tanh((asked.weight[k] * query[b]).sum() + asked.bias[k]))
        return torch.stack(numbers).view(2, 11, 10)

    x, query = torch.randn(2, 11, 6), torch.randn(2, 7)
    torch.testing.assert_close(with_gradient(fusion, x, query), with_gradient(expected, x, query))
    assert fusion.output_dim == 10


def test_the_papers_sizes_are_the_defaults():
    fusion = MLB(input_dim=2 * 2048, query_dim=2400, glimpses=2)
    assert fusion.output_dim == 2400
    assert sum(one.numel() for one in fusion.parameters()) == 2 * (2048 * 1200 + 1200) + 2400 * 2400 + 2400
