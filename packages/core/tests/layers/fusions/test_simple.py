"""Sum, product, both side by side, the context alone."""

from __future__ import annotations

import torch

from scanpath.layers import Add, Concat, Context, Hadamard


def test_equal_widths_meet_without_parameters():
    x, query = torch.randn(3, 5), torch.randn(3, 5)
    torch.testing.assert_close(Add(input_dim=5, query_dim=5)(x, query), x + query)
    torch.testing.assert_close(Hadamard(input_dim=5, query_dim=5)(x, query), x * query)


def test_other_widths_are_projected():
    fusion = Add(input_dim=5, query_dim=7, output_dim=3)
    x, query = torch.randn(2, 5), torch.randn(2, 7)
    torch.testing.assert_close(fusion(x, query), fusion.x(x) + fusion.query(query))
    assert fusion.output_dim == 3


def test_concat_and_context():
    x, query = torch.randn(3, 5), torch.randn(3, 7)
    torch.testing.assert_close(Concat(input_dim=5, query_dim=7)(x, query), torch.cat([x, query], 1))
    torch.testing.assert_close(Context(input_dim=5, query_dim=7)(x, query), x)
