"""Measures of looking: hand-worked maps and slow loops."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.errors import ShapeError
from scanpath.metrics.looking import (
    at_one_size,
    attended_area,
    attention_correctness,
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


def test_what_only_fills_a_batch_is_no_region() -> None:
    """Maps of 3 and of 7 real boxes in one batch of 7 measure as each does without the others beside it."""
    real = torch.tensor([[True] * 3 + [False] * 4, [True] * 7])
    maps = _random(2, 5, 7) * real[:, None]
    cover = _random(2, 7, seed=1).round(decimals=0) * real
    for row, count in enumerate((3, 7)):
        alone, shares = maps[row : row + 1, :, :count], cover[row : row + 1, :count]
        for found, expected in (
            (entropy(maps, real, normalised=True), entropy(alone, normalised=True)),
            (entropy(maps, real), entropy(alone)),
            (attended_area(maps, 0.7, real), attended_area(alone, 0.7)),
            (chance_mass(cover, real), chance_mass(shares)),
            (chance_pointing(cover, real), chance_pointing(shares)),
        ):
            assert torch.allclose(found[row], expected[0])
    assert attended_area(maps, 0.7, real)[0].min() > attended_area(maps, 0.7)[0].max(), "four of seven are not there"
    nobody = torch.zeros(1, 2, 5)
    none = torch.zeros(1, 5, dtype=torch.bool)
    assert entropy(nobody, none, normalised=True).tolist() == attended_area(nobody, 0.9, none).tolist() == [[0.0, 0.0]]


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


def _upsampled(layer: torch.Tensor, height: int, width: int) -> list[list[float]]:
    """Enlarge a map (h, w) bilinearly, centres of cells on centres of pixels, a pixel at a time."""

    def between(place: int, pixels: int, cells: int) -> tuple[int, int, float]:
        at = min(max((place + 0.5) * cells / pixels - 0.5, 0.0), cells - 1.0)
        return int(at), min(int(at) + 1, cells - 1), at - int(at)

    rows = [between(y, height, layer.shape[0]) for y in range(height)]
    columns = [between(x, width, layer.shape[1]) for x in range(width)]
    return [
        [
            (1 - down) * ((1 - right) * layer[top, left] + right * layer[top, other]).item()
            + down * ((1 - right) * layer[below, left] + right * layer[below, other]).item()
            for left, other, right in columns
        ]
        for top, below, down in rows
    ]


def _correctness(layers: list[torch.Tensor], mask: torch.Tensor, *, box: bool) -> float:
    """Multiply layers (h, w) at the largest one's size and add up what is inside, a cell and a pixel at a time."""
    height, width = max((tuple(layer.shape) for layer in layers), key=math.prod)
    product = [[1.0] * width for _ in range(height)]
    for layer in layers:
        enlarged = _upsampled(layer, height, width)
        product = [[product[y][x] * enlarged[y][x] for x in range(width)] for y in range(height)]
    total = sum(map(sum, product))
    pixels = [(y, x) for y, row in enumerate(mask.tolist()) for x, value in enumerate(row) if value]
    if box and pixels:
        ys, xs = [y for y, _ in pixels], [x for _, x in pixels]
        pixels = [(y, x) for y in range(min(ys), max(ys) + 1) for x in range(min(xs), max(xs) + 1)]
    tall, wide = mask.shape[0] // height, mask.shape[1] // width  # whole pixels a cell here
    return sum(product[y // tall][x // wide] / (tall * wide) for y, x in pixels) / total


@pytest.mark.parametrize("region", ["mask", "box"])
def test_attention_correctness_is_what_loops_over_pixels_add_up(region: str) -> None:
    masks = _random(3, 14, 22) > 0.9
    masks[2] = False
    masks[2, 3:5, 7] = True
    maps = _random(3, 2, 7, 11, seed=1)
    found = attention_correctness(maps, masks.byte() * 255, region=region)  # type: ignore[arg-type]
    for row in range(3):
        for number in range(2):
            expected = _correctness([maps[row, number]], masks[row], box=region == "box")
            assert found[row, number].item() == pytest.approx(expected, abs=1e-6)
    layers = [_random(3, 1, *size, seed=size[0]) for size in ((2, 3), (7, 11), (5, 4))]
    together = attention_correctness(layers, masks, region=region)  # type: ignore[arg-type]
    for row in range(3):
        expected = _correctness([layer[row, 0] for layer in layers], masks[row], box=region == "box")
        assert together[row].tolist() == [pytest.approx(expected, abs=1e-6)]


def test_an_even_map_is_as_correct_as_the_object_is_large() -> None:
    masks = _random(2, 13, 17) > 0.8
    masks[1] = False
    even = attention_correctness(torch.full((2, 1, 5, 3), 0.3), masks)
    assert even.flatten().tolist() == [pytest.approx(masks[0].float().mean().item()), 0.0]
    boxed = attention_correctness(torch.ones(2, 1, 5, 3), masks, region="box")
    assert 1.0 >= boxed[0, 0] > even[0, 0]
    assert attention_correctness(torch.zeros(2, 1, 5, 3), masks).tolist() == [[0.0], [0.0]]


def test_shapes_must_fit() -> None:
    with pytest.raises(ShapeError, match=r"\(2, 1, 3, 5\) with cover \(2, 5, 3\)"):
        mass_on_object(torch.ones(2, 1, 3, 5), torch.ones(2, 5, 3))


def test_maps_of_several_sizes_are_brought_to_the_largest() -> None:
    small, large = torch.tensor([[[[1.0, 3.0]]]]), torch.rand(1, 2, 2, 4)
    found = at_one_size([small, large])
    assert found[1] is large
    assert found[0].shape == (1, 1, 2, 4)
    assert found[0][0, 0].tolist() == [[1, 1.5, 2.5, 3]] * 2  # bilinear between the centres of cells
    boxes = [torch.rand(2, 1, 5), torch.rand(2, 3, 5)]
    assert all(one is other for one, other in zip(at_one_size(boxes), boxes, strict=True))
