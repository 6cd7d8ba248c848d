"""Masks: nothing behind them counts, forwards or backwards, whatever stands there."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings, strategies as st

from scanpath import ops
from scanpath.attention import reference
from scanpath.errors import ShapeError

NAN = float("nan")


@st.composite
def scores_and_masks(draw):
    batch, maps, count = draw(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 7)))
    source = torch.Generator().manual_seed(draw(st.integers(0, 999)))
    mask = torch.tensor(draw(st.lists(st.booleans(), min_size=batch * count, max_size=batch * count)))
    return torch.randn(batch, maps, count, generator=source) * 5, mask.view(batch, count)


@settings(max_examples=40)
@given(scores_and_masks())
def test_softmax_equals_its_loop(with_gradient, case):
    scores, mask = case
    got = with_gradient(lambda s: ops.masked_softmax(s, mask), scores)
    expected = with_gradient(lambda s: reference.masked_softmax(s, mask), scores)
    torch.testing.assert_close(got, expected)
    assert (got[0][~mask.unsqueeze(1).expand_as(scores)] == 0).all()


@settings(max_examples=40)
@given(scores_and_masks(), st.sampled_from([NAN, float("inf"), -float("inf"), 3e38, -7.0]))
def test_softmax_ignores_what_is_hidden(with_gradient, case, poison):
    scores, mask = case
    hidden = ~mask.unsqueeze(1).expand_as(scores)
    clean = with_gradient(lambda s: ops.masked_softmax(s, mask), scores)
    poisoned = with_gradient(lambda s: ops.masked_softmax(s, mask), scores.masked_fill(hidden, poison))
    torch.testing.assert_close(poisoned, clean, rtol=0, atol=0)
    assert (poisoned[1][hidden] == 0).all()


def test_softmax_on_a_grid_is_the_flat_one():
    scores, mask = torch.randn(2, 3, 5, 7), torch.rand(2, 5, 7) > 0.5
    flat = ops.masked_softmax(scores.flatten(2), mask.flatten(1))
    torch.testing.assert_close(ops.masked_softmax(scores, mask), flat.view(2, 3, 5, 7))
    torch.testing.assert_close(ops.masked_softmax(scores), torch.softmax(scores.flatten(2), -1).view(2, 3, 5, 7))


def test_softmax_of_bf16_is_computed_in_fp32():
    scores = torch.randn(3, 2, 101).bfloat16()
    weights = ops.masked_softmax(scores, torch.ones(3, 101, dtype=torch.bool))
    assert weights.dtype == torch.float32
    torch.testing.assert_close(weights.sum(-1), torch.ones(3, 2))
    assert ops.masked_softmax(scores.double()).dtype == torch.float64


def test_clean_puts_zero_and_passes_no_gradient(with_gradient):
    regions = torch.randn(3, 5, 7)
    mask = torch.rand(3, 5) > 0.4
    poisoned = torch.where(mask.unsqueeze(-1), regions, NAN)
    out, gradient = with_gradient(lambda r: ops.clean(r, mask), poisoned)
    torch.testing.assert_close(out, regions * mask.unsqueeze(-1))
    assert (gradient[~mask] == 0).all()
    assert (gradient[mask] != 0).any()


def test_clean_without_a_mask_copies_nothing():
    regions = torch.randn(2, 3, 5)
    assert ops.clean(regions, None) is regions


@pytest.mark.parametrize(
    ("mask", "words"),
    [(torch.ones(3, 5), "torch.float32"), (torch.ones(3, 7, dtype=torch.bool), r"\(3, 7\), expected \(3, 5\)")],
)
def test_clean_refuses_what_is_no_mask(mask, words):
    with pytest.raises(ShapeError, match=words):
        ops.clean(torch.randn(3, 5, 7), mask)
