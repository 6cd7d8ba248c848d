"""Coordinates and 1x1 layers."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath.layers import RegionLayers, append_coordinates
from scanpath.layers.regions import normalise


def test_cells_tell_their_centres():
    placed = append_coordinates(torch.zeros(2, 2, 5, 3))
    assert placed.shape == (2, 2, 5, 5)
    torch.testing.assert_close(placed[1, 0, :, 3], torch.tensor([-0.8, -0.4, 0.0, 0.4, 0.8]))  # x, left to right
    torch.testing.assert_close(placed[1, :, 2, 4], torch.tensor([-0.5, 0.5]))  # y, top to bottom


def test_boxes_tell_their_corners():
    boxes = torch.rand(2, 7, 4)
    placed = append_coordinates(torch.zeros(2, 7, 3), boxes)
    torch.testing.assert_close(placed[..., 3:], boxes * 2 - 1)


def test_layers_see_each_region_alone():
    layers = RegionLayers(input_dim=3, region_dim=5, layers=2, coordinates="none")
    x = torch.randn(2, 7, 3)
    expected = torch.relu(layers.layers[1](torch.relu(layers.layers[0](x[1, 4]))))
    torch.testing.assert_close(layers(x)[1, 4], expected)
    assert layers.output_dim == 5


def test_no_layers_leave_features_and_place():
    layers = RegionLayers(input_dim=3, region_dim=5, layers=0)
    assert layers.output_dim == 5  # 3 features, x and y
    x = torch.randn(2, 3, 7, 3)
    torch.testing.assert_close(layers(x)[..., :3], x)


def test_lengths():
    x = torch.randn(2, 3, 7, 5)
    whole, each = (
        RegionLayers(input_dim=5, region_dim=5, layers=0, coordinates="none", length=length)(x)
        for length in ("sample", "location")
    )
    for picture in range(2):
        torch.testing.assert_close(whole[picture], x[picture] / x[picture].square().sum().sqrt())
        torch.testing.assert_close(each[picture, 2, 4], x[picture, 2, 4] / x[picture, 2, 4].square().sum().sqrt())


@pytest.mark.parametrize("length", ["sample", "location"])
def test_a_length_of_nothing_has_a_finite_slope(length):
    x = torch.zeros(2, 3, 5, requires_grad=True)
    out = normalise(x, length)
    out.sum().backward()
    assert (out == 0).all()
    assert x.grad.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_features_are_computed_in_fp32(dtype):
    layers = RegionLayers(input_dim=3, region_dim=5)
    assert layers(torch.randn(2, 3, 7, 3).to(dtype)).dtype == torch.float32


def test_mistakes_are_told():
    with pytest.raises(ConfigError, match="unknown"):
        RegionLayers(input_dim=3, region_dim=5, coordinates="polar")
    with pytest.raises(ConfigError, match="'cell' is unknown"):
        RegionLayers(input_dim=3, region_dim=5, length="cell")
    with pytest.raises(ShapeError, match="7 wide, expected 3"):
        RegionLayers(input_dim=3, region_dim=5)(torch.randn(2, 3, 5, 7))
    with pytest.raises(ShapeError, match="no grid"):
        RegionLayers(input_dim=3, region_dim=5)(torch.randn(2, 7, 3))
    with pytest.raises(ShapeError, match="got none"):
        RegionLayers(input_dim=3, region_dim=5, coordinates="boxes")(torch.randn(2, 7, 3))
    with pytest.raises(ShapeError, match=r"expected \(2, 7, 4\)"):
        append_coordinates(torch.randn(2, 7, 3), torch.rand(2, 5, 4))
