"""Parts of a batch: the same results, a call a part and again in the backward pass, one call without gradients."""

from __future__ import annotations

import pytest
import torch

from scanpath_sla.recomputing import in_parts


@pytest.fixture
def counted():
    """A call that keeps the sizes of the batches that it is given."""
    sizes = []

    def call(x, y, mask):
        sizes.append(len(x))
        found = x * y if mask is None else torch.where(mask, x * y, 0)
        return found, found.sum(1)

    call.sizes = sizes
    return call


@pytest.mark.parametrize(("size", "parts"), [(None, [7]), (3, [3, 3, 1]), (7, [7]), (50, [7])])
@pytest.mark.parametrize("masked", [False, True])
def test_parts_are_the_whole(counted, size, parts, masked):
    x, y = torch.randn(7, 5).requires_grad_(), torch.randn(7, 5)
    mask = torch.rand(7, 5) > 0.5 if masked else None
    found = in_parts(counted, (x, y, mask), size)
    assert counted.sizes == parts
    expected = torch.where(mask, x * y, 0) if masked else x * y
    torch.testing.assert_close(found, (expected, expected.sum(1)))
    (gradient,) = torch.autograd.grad(found[1].sum(), x)
    torch.testing.assert_close(gradient, torch.where(mask, y, 0) if masked else y)
    assert counted.sizes == (parts if size is None else parts + parts[::-1])


def test_nothing_is_parted_without_gradients(counted):
    with torch.no_grad():
        in_parts(counted, (torch.randn(7, 5), torch.randn(7, 5), None), 2)
    assert counted.sizes == [7]


def test_a_batch_without_samples(counted):
    found, _ = in_parts(counted, (torch.randn(0, 5), torch.randn(0, 5), None), 2)
    assert found.shape == (0, 5)
