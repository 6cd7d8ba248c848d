"""Measures of masks by loops over cells."""

from __future__ import annotations

import math

import pytest
import torch

from scanpath_attention_rnn.tasks.editing import masks


def test_variation_is_the_mean_over_neighbours_within():
    mask, within = torch.rand(3, 5, 7), torch.rand(3, 5, 7) > 0.3
    within[2] = False
    within[2, 1, 1] = True  # nobody beside it
    found = masks.variation(mask, within)
    for number in range(3):
        steps = [
            abs(mask[number, row, column] - mask[number, row + down, column + right]).item()
            for row in range(5)
            for column in range(7)
            for down, right in ((1, 0), (0, 1))
            if row + down < 5 and column + right < 7
            and within[number, row, column] and within[number, row + down, column + right]
        ]  # fmt: skip
        expected = sum(steps) / len(steps) if steps else math.nan
        assert found[number].item() == pytest.approx(expected, nan_ok=True)


def test_an_even_mask_has_none_and_a_checkered_one_the_most():
    everywhere = torch.ones(1, 4, 6, dtype=torch.bool)
    board = (torch.arange(4)[:, None] + torch.arange(6)) % 2
    assert masks.variation(torch.full((1, 4, 6), 0.7), everywhere).item() == 0
    assert masks.variation(board[None].float(), everywhere).item() == 1


def test_cells_and_pixels():
    mask = torch.rand(2, 1, 2, 2)
    large = masks.enlarged(mask, 6)
    assert large.shape == (2, 6, 6)
    assert torch.equal(large[:, 4, 1], mask[:, 0, 1, 0])
    region = torch.zeros(1, 4, 4, dtype=torch.bool)
    region[0, 0, :2] = True  # half of the first cell
    region[0, 3, 3] = True  # a quarter of the last
    assert masks.shrunk(region, 2).tolist() == [[[True, False], [False, False]]]


def test_means_are_weighted():
    values, weights = torch.tensor([[[1.0, 5.0]]]), torch.tensor([[[3.0, 1.0]]])
    assert masks.mean_within(values, weights).item() == 2
    assert math.isnan(masks.mean_within(values, torch.zeros(1, 1, 2)).item())


def test_change_is_in_percent_of_the_range():
    one = torch.zeros(1, 3, 1, 2, dtype=torch.uint8)
    other = one.clone()
    other[0, :, 0, 1] = torch.tensor([255, 51, 0], dtype=torch.uint8)
    assert masks.change(one, other).tolist() == [[[0, 40]]]
