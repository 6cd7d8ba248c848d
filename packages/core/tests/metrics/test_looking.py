"""Measures of looking: hand-worked maps and slow loops."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.errors import ShapeError
from scanpath.metrics.looking import (
    attended_area,
    box_cover,
    chance_mass,
    chance_pointing,
    entropy,
    grid_cover,
    mass_on_object,
    normalise_maps,
    pointing_game,
    product_of_layers,
    ranked,
)


def _random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def test_mass_of_a_hand_worked_map() -> None:
    maps = torch.tensor([[[[0.0, 1.0], [3.0, 4.0]], [[1.0, 1.0], [1.0, 1.0]]]])  # (1, 2, 2, 2)
    cover = torch.tensor([[[1.0, 0.0], [0.5, 0.25]]])
    assert mass_on_object(maps, cover).tolist() == [[pytest.approx(2.5 / 8), pytest.approx(1.75 / 4)]]
    assert chance_mass(cover).tolist() == [pytest.approx(1.75 / 4)]
    assert chance_mass(cover, torch.tensor([[[True, False], [True, False]]])).tolist() == [pytest.approx(0.75)]
    assert pointing_game(maps, cover).tolist() == [[1.0, 1.0]]
    assert chance_pointing(cover).tolist() == [0.75]


def test_a_uniform_map_has_the_objects_area() -> None:
    masks = _random(5, 23, 29) > 0.7
    cover = grid_cover(masks, (7, 11))
    expected = masks.float().mean((1, 2))
    assert torch.allclose(mass_on_object(torch.full((5, 3, 7, 11), 0.2), cover), expected[:, None].expand(5, 3))
    assert torch.allclose(chance_mass(cover), expected)


def test_pointing_takes_the_first_of_equals_and_misses_with_nothing() -> None:
    cover = torch.tensor([[0.0, 0.1, 1.0]])
    maps = torch.tensor([[[1.0, 1.0, 0.0], [0.0, 2.0, 2.0], [0.0, 0.0, 0.0]]])
    assert pointing_game(maps, cover).tolist() == [[0.0, 1.0, 0.0]]


@given(st.integers(1, 7), st.integers(1, 7), st.integers(1, 13), st.integers(1, 13))
def test_grid_cover_equals_exact_areas(rows: int, columns: int, height: int, width: int) -> None:
    masks = _random(2, height, width, seed=height) > 0.5
    cover = grid_cover(masks, (rows, columns))
    for image in range(2):
        for row in range(rows):
            for column in range(columns):
                top, bottom = row * height / rows, (row + 1) * height / rows
                left, right = column * width / columns, (column + 1) * width / columns
                inside = sum(
                    max(0, min(bottom, y + 1) - max(top, y)) * max(0, min(right, x + 1) - max(left, x))
                    for y in range(height)
                    for x in range(width)
                    if masks[image, y, x]
                )
                area = (bottom - top) * (right - left)
                assert cover[image, row, column].item() == pytest.approx(inside / area, abs=1e-5)


@pytest.mark.parametrize(("pixels", "cells"), [(30, 22), (58, 14), (54, 26)])
def test_a_cell_that_an_object_only_borders_is_not_touched(pixels: int, cells: int) -> None:
    """Cells and pixels share the edge in the middle; rounding must not make a hit of it."""
    mask = torch.zeros(1, 1, pixels)
    mask[..., : pixels // 2] = 1
    beside = torch.zeros(1, 1, 1, cells)
    beside[..., cells // 2] = 1
    cover = grid_cover(mask, (1, cells))
    assert pointing_game(beside, cover).item() == 0
    assert mass_on_object(beside, cover).item() == 0
    mirrored = grid_cover(mask.flip(-1), (1, cells))
    assert pointing_game(beside.flip(-1), mirrored).item() == 0


def test_box_cover_equals_fine_counting() -> None:
    masks = _random(3, 11, 13) > 0.4
    corners = (_random(3, 5, 4, seed=1) * 60).round() / 60
    low, high = torch.minimum(corners[..., :2], corners[..., 2:]), torch.maximum(corners[..., :2], corners[..., 2:])
    boxes = torch.cat([low, high], -1)
    boxes[0, 0] = torch.tensor([0.3, 0.3, 0.3, 0.8])  # no area
    boxes[0, 1] = torch.tensor([0.0, 0.0, 1.0, 1.0])
    cover = box_cover(masks, boxes)
    fine = masks.repeat_interleave(60, 1).repeat_interleave(60, 2).double()  # (3, 660, 780)
    for image in range(3):
        for box in range(5):
            x1, y1, x2, y2 = (boxes[image, box] * torch.tensor([780, 660, 780, 660])).round().int().tolist()
            patch = fine[image, y1:y2, x1:x2]
            expected = patch.mean().item() if patch.numel() else 0.0
            assert cover[image, box].item() == pytest.approx(expected, abs=1e-4)


def test_boxes_score_like_a_grid_of_the_same_cells() -> None:
    masks = _random(2, 12, 12) > 0.6
    cells = [[x / 3, y / 3, (x + 1) / 3, (y + 1) / 3] for y in range(3) for x in range(3)]
    cover = box_cover(masks, torch.tensor([cells, cells]))
    maps = _random(2, 5, 3, 3, seed=4)
    assert torch.allclose(mass_on_object(maps.flatten(2), cover), mass_on_object(maps, grid_cover(masks, (3, 3))))


def test_entropy() -> None:
    maps = torch.tensor([[[1.0, 1.0, 1.0, 1.0], [0.0, 5.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]])
    assert entropy(maps)[0].tolist() == pytest.approx([math.log(4), 0, math.log(2), 0])
    assert entropy(maps, normalised=True)[0].tolist() == pytest.approx([1, 0, 0.5, 0])
    assert entropy(torch.ones(1, 1, 1), normalised=True).tolist() == [[0.0]]


def test_attended_area() -> None:
    maps = torch.tensor([[[0.5, 0.4, 0.1, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0, 0.0]]])
    assert attended_area(maps, 0.9)[0].tolist() == pytest.approx([0.4, 1.0, 0.0])
    assert attended_area(maps, 0.5)[0].tolist() == pytest.approx([0.2, 0.6, 0.0])


def test_the_area_of_a_hard_map_is_all_that_it_keeps() -> None:
    kept = (torch.arange(196) < torch.tensor([[150], [20], [1], [0]])).float().view(1, 4, 14, 14)
    assert attended_area(kept, 1.0)[0].tolist() == pytest.approx([150 / 196, 20 / 196, 1 / 196, 0])
    assert attended_area(kept)[0, 0] < 150 / 196


def test_of_equals_the_tie_points() -> None:
    maps = torch.tensor([[[1.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]], [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]])
    cover = torch.tensor([[0.0, 0.5, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    ties = torch.tensor([[2.0, 3.0, 1.0, 9.0], [5.0, 5.0, 7.0, 7.0]])
    assert pointing_game(maps, cover).tolist() == [[0, 0], [0, 0]]
    assert pointing_game(maps, cover, ties).tolist() == [[1, 0], [0, 0]]  # where it ties too, the first
    grid = pointing_game(maps.view(2, 2, 2, 2), cover.view(2, 2, 2), ties.view(2, 2, 2))
    assert grid.tolist() == [[1, 0], [0, 0]]


def test_ranks_are_those_of_tuples() -> None:
    source = torch.Generator().manual_seed(0)
    keys = [torch.randint(3, (5, 17), generator=source).float() for _ in range(3)]
    rows = [[tuple(key[row, place].item() for key in keys) for place in range(17)] for row in range(5)]
    expected = [sorted(range(17), key=lambda place, row=row: row[place], reverse=True) for row in rows]
    assert ranked(*keys).tolist() == expected  # Python keeps equals in order too, reversed or not
    assert ranked(torch.zeros(1, 3)).tolist() == [[0, 1, 2]]


def test_maps_are_normalised_in_fp32() -> None:
    maps = torch.full((2, 3, 5, 7), 0.01, dtype=torch.bfloat16)
    assert torch.allclose(normalise_maps(maps).sum((2, 3)), torch.ones(2, 3))
    assert normalise_maps(maps).dtype == torch.float32


def test_product_of_layers() -> None:
    coarse, fine = _random(2, 1, 3, 5), _random(2, 1, 6, 10, seed=1)
    up = torch.nn.functional.interpolate(coarse, size=(6, 10), mode="bilinear", align_corners=False)
    expected = up * fine
    expected = expected / expected.sum((2, 3), keepdim=True)
    assert torch.allclose(product_of_layers([coarse, fine]), expected)
    assert torch.allclose(product_of_layers([torch.cat([fine, up], 1)]), expected)


def test_shapes_must_fit() -> None:
    with pytest.raises(ShapeError, match=r"\(2, 1, 3, 5\) with cover \(2, 5, 3\)"):
        mass_on_object(torch.ones(2, 1, 3, 5), torch.ones(2, 5, 3))
