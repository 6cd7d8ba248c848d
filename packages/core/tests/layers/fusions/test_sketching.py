"""The sketched product against the outer product itself, projected number by number."""

from __future__ import annotations

import pytest
import torch

from scanpath.layers.fusions import sketching
from scanpath.layers.fusions.sketching import Sketch, _by_bucket, _by_row, compact_bilinear, count_sketch, signed_root


def draw(width, buckets, seed):
    source = torch.Generator().manual_seed(seed)
    signs = torch.randint(2, (width,), generator=source).double() * 2 - 1
    return Sketch(torch.randint(buckets, (width,), generator=source), signs)


def outer_product(x, query, of_x, of_query, width, norm):
    """phi_k = sum s_i t_j x_i q_j over all pairs with h_i + g_j = k modulo d; then root and norm, by autograd."""
    samples = []
    for regions, asked in zip(x, query, strict=True):
        vectors = []
        for region in regions:
            phi = [torch.zeros((), dtype=x.dtype)] * width
            for i, number in enumerate(region):
                for j, other in enumerate(asked):
                    k = int(of_x.buckets[i] + of_query.buckets[j]) % width
                    phi[k] = phi[k] + of_x.signs[i] * of_query.signs[j] * number * other
            vectors.append(torch.stack(phi))
        root = torch.stack(vectors)
        if norm is not None:
            root = root.sign() * (root.abs() + 1e-12).sqrt()
            square = root.square().sum() if norm == "sample" else root.square().sum(1, keepdim=True)
            root = root / (square + 1e-7).sqrt()
        samples.append(root)
    return torch.stack(samples)


@pytest.mark.parametrize("norm", [None, "sample", "location"])
@pytest.mark.parametrize("width", [13, 16])
@pytest.mark.parametrize("rows", [1, 8])
def test_equals_the_outer_product(with_gradient, monkeypatch, norm, width, rows):
    monkeypatch.setitem(sketching.ROWS, "cpu", rows)  # one sample at a time, and two of the three
    x, query = torch.randn(3, 3, 11).double(), torch.randn(3, 7).double()
    sketches = draw(11, width, 0), draw(7, width, 1)

    def fast(x, query):
        return compact_bilinear(x, query, *sketches, width, norm)

    def slow(x, query):
        return outer_product(x, query, *sketches, width, norm)

    torch.testing.assert_close(with_gradient(fast, x, query), with_gradient(slow, x, query))


@pytest.mark.parametrize("norm", ["sample", "location"])
def test_nothing_at_all_is_zero_with_a_finite_slope(norm):
    x, query = torch.zeros(2, 3, 5, requires_grad=True), torch.zeros(2, 7, requires_grad=True)
    with torch.no_grad():
        query[1], x[1, 0] = 1.0, 1.0  # a sample with one region of zeros among others
    signs = [Sketch(one.buckets, one.signs.float()) for one in (draw(5, 11, 0), draw(7, 11, 1))]
    out = compact_bilinear(x, query, *signs, 11, norm)
    out.sum().backward()
    assert (out[0] == 0).all()
    assert (out[1, 1:] == 0).all()
    assert x.grad.isfinite().all()
    assert query.grad.isfinite().all()


def test_only_what_is_asked_for_has_a_gradient():
    sketches = draw(5, 11, 2), draw(7, 11, 3)
    x, query = torch.randn(2, 3, 5).double(), torch.randn(2, 7).double()
    both = []
    for alone in (x, query):
        leaf = alone.clone().requires_grad_()
        inputs = (leaf, query) if alone is x else (x, leaf)
        compact_bilinear(*inputs, *sketches, 11).square().sum(1)[:, 0].sum().backward()
        both.append(leaf.grad)
    x.requires_grad_(), query.requires_grad_()
    compact_bilinear(x, query, *sketches, 11).square().sum(1)[:, 0].sum().backward()
    torch.testing.assert_close(both, [x.grad, query.grad])


def test_a_sketch_by_hand():
    sketch = Sketch(torch.tensor([2, 0, 2]), torch.tensor([1.0, -1.0, -1.0]))
    sketched = count_sketch(torch.tensor([[3.0, 5.0, 7.0]]), sketch, 5)
    torch.testing.assert_close(sketched, torch.tensor([[-5.0, 0.0, -4.0, 0.0, 0.0]]))


def test_the_order_of_a_gpu_gives_the_same_sums():
    x, sketch = torch.randn(3, 11).double(), draw(11, 5, 0)
    torch.testing.assert_close(_by_bucket(x, sketch.buckets, 5), _by_row(x, sketch.buckets, 5))


def test_sketches_keep_inner_products_on_average():
    source = torch.Generator().manual_seed(0)
    both = torch.randn(2, 7, generator=source, dtype=torch.double)
    x, y = torch.stack([count_sketch(both, draw(7, 5, seed), 5) for seed in range(997)], 1)  # (997, 5)
    assert abs((x * y).sum(1).mean() - both[0] @ both[1]) < 0.1 * both[0].norm() * both[1].norm()


def test_the_root_keeps_signs():
    torch.testing.assert_close(signed_root(torch.tensor([-9.0, 0.0, 4.0])), torch.tensor([-3.0, 0.0, 2.0]))
