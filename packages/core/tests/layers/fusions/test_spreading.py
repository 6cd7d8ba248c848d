"""A query takes the region axes of what it meets."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ShapeError
from scanpath.layers.fusions.spreading import spread


@pytest.mark.parametrize("axes", [(), (11,), (2, 3)])
def test_axes_of_size_one(axes):
    query = torch.randn(3, 7)
    spreaded = spread(query, torch.zeros(3, *axes, 5))
    assert spreaded.shape == (3, *[1] * len(axes), 7)
    torch.testing.assert_close(spreaded.flatten(), query.flatten())


@pytest.mark.parametrize(("x", "query"), [((3, 5), (2, 7)), ((3,), (3, 7)), ((3, 5), (3, 1, 7))])
def test_shapes_raise(x, query):
    with pytest.raises(ShapeError, match="expected"):
        spread(torch.zeros(query), torch.zeros(x))
