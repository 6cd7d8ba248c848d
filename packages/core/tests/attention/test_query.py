"""The question's side of a score."""

from __future__ import annotations

import torch

from scanpath.attention.query import QueryProjection


def test_projects_a_query():
    side = QueryProjection(query_dim=7, output_dim=5)
    query = torch.randn(3, 7)
    torch.testing.assert_close(side(query, 3), query @ side.linear.weight.T + side.linear.bias)


def test_learns_a_vector_where_there_is_none():
    side = QueryProjection(query_dim=None, output_dim=5)
    torch.testing.assert_close(side(None, 3), side.learnt.repeat(3, 1))
    assert [name for name, _ in side.named_parameters()] == ["learnt"]
