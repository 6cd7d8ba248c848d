"""The area by hand, beside a loop over all pairs, and what must hold of any."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.errors import ShapeError
from scanpath_han.premise.auc import auc, best_auc


def row(*values):
    return torch.tensor([values], dtype=torch.float64)


@pytest.mark.parametrize(
    ("scores", "positive", "negative", "area"),
    [
        ((1, 2, 3), (0, 0, 1), (1, 1, 0), 1.0),  # the one positive above both negatives
        ((1, 2, 3), (1, 0, 0), (0, 1, 1), 0.0),
        ((1, 2, 3), (0, 1, 0), (1, 0, 1), 0.5),  # above one of two
        ((2, 2, 3), (0, 1, 0), (1, 0, 1), 0.25),  # half of a tie, of two
        ((4, 4, 4, 4), (1, 0, 1, 0), (0, 1, 0, 1), 0.5),  # all alike
        ((1, 3, 2, 3), (0, 1, 1, 0), (1, 0, 0, 1), 0.625),  # 1 + 1/2 of the first, 1 + 0 of the second, of 4
        ((1, 2), (0.25, 0.75), (0.75, 0.25), 0.75),  # .75 * .75 above, (.25 * .75 + .75 * .25) / 2 tied
        ((-1e30, 1e-30), (0, 1), (1, 0), 1.0),
    ],
)
def test_by_hand(scores, positive, negative, area):
    assert auc(row(*scores), row(*positive), row(*negative)).tolist() == pytest.approx([area], abs=1e-15)


@pytest.mark.parametrize(("positive", "negative"), [((0, 0), (1, 1)), ((1, 1), (0, 0))])
def test_without_one_kind_there_is_none(positive, negative):
    assert math.isnan(auc(row(1, 2), row(*positive), row(*negative)).item())


def scattered(seed, batch=3, cells=11):
    """Draw whole numbers, of which many are alike, and how much of each cell is of either kind: (B, K) each."""
    source = torch.Generator().manual_seed(seed)
    scores = torch.randint(-3, 4, (batch, cells), generator=source).float()
    positive, negative = torch.rand(2, batch, cells, generator=source).mul(3).floor()
    return scores, positive, negative


def by_pairs(scores, positive, negative):
    """Sum over all pairs of cells of one map."""
    total = 0.0
    for mine, much in zip(scores, positive, strict=True):
        for yours, little in zip(scores, negative, strict=True):
            total += much * little * (1.0 if mine > yours else 0.5 if mine == yours else 0.0)
    return total / (sum(positive) * sum(negative))


@given(seed=st.integers(0, 2**31))
def test_it_is_the_loop_over_pairs(seed):
    parts = scattered(seed)
    for area, *cells in zip(auc(*parts).tolist(), *(part.tolist() for part in parts), strict=True):
        if sum(cells[1]) * sum(cells[2]):
            assert area == pytest.approx(by_pairs(*cells), abs=1e-12)
        else:
            assert math.isnan(area)


@given(seed=st.integers(0, 2**31))
def test_what_must_hold(seed):
    scores, positive, negative = scattered(seed)
    area = auc(scores, positive, negative)
    same = {"rtol": 0, "atol": 1e-12, "equal_nan": True}
    torch.testing.assert_close(auc(-scores, positive, negative), 1 - area, **same)
    torch.testing.assert_close(auc(scores, negative, positive), 1 - area, **same)
    torch.testing.assert_close(auc((scores / 2).exp(), positive, negative), area, **same)  # the order alone counts
    torch.testing.assert_close(auc(scores, 3 * positive, negative / 5), area, **same)
    mixed = torch.randperm(scores.shape[1], generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(auc(scores[:, mixed], positive[:, mixed], negative[:, mixed]), area, **same)
    best = best_auc(positive, negative)
    assert ((area <= best + 1e-12) | area.isnan()).all()


def test_the_best_map_by_hand():
    """Two cells, a quarter and three quarters covered: (9 + 3) / 16 of the pairs of pixels."""
    assert best_auc(row(0.25, 0.75), row(0.75, 0.25)).item() == 0.75
    assert best_auc(row(0, 1, 0), row(1, 0, 0)).item() == 1.0  # and a cell that is left out


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        (torch.zeros(2, 3, 4), r"have the shapes \(2, 3, 4\) and \(2, 12\) and \(2, 12\), expected \(B, K\)"),
        (torch.zeros(2, 11), r"expected \(B, K\) for each"),
        (torch.full((2, 12), torch.nan), "holds NaN or infinite scores"),
    ],
)
def test_what_cannot_be_scored(scores, sentence):
    with pytest.raises(ShapeError, match=sentence):
        auc(scores, torch.ones(2, 12), torch.ones(2, 12))
