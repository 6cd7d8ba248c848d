"""What a model does to each region before it looks: its length, where it lies, and 1x1 layers."""

from __future__ import annotations

import itertools
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError, ShapeError

Place = Literal["none", "grid", "boxes"]
"""What tells a region where it is: nothing, its cell in the grid, or the corners of its box."""

WIDTHS: dict[Place, int] = {"none": 0, "grid": 2, "boxes": 4}


def append_coordinates(regions: Tensor, boxes: Tensor | None = None) -> Tensor:
    """Append each region's place to its features, so that a mechanism can tell left from right.

    Source: HAN's "SAN+pos", whose form is not given, read as two normalised coordinates; for boxes their four corners.

    Args:
        regions: A grid (B, H, W, D), or boxes (B, K, D).
        boxes: Corners x1, y1, x2, y2 in [0, 1], (B, K, 4); None for a grid.

    Returns:
        (B, H, W, D + 2) with the centre of each cell, x then y; or (B, K, D + 4) with the corners; all in [-1, 1].

    Raises:
        ShapeError: Neither a grid without boxes nor boxes that fit the regions.
    """
    if boxes is not None:
        if boxes.shape != (*regions.shape[:-1], 4):
            raise ShapeError(f"boxes have the shape {tuple(boxes.shape)}, expected {(*regions.shape[:-1], 4)}.")
        return torch.cat([regions, (boxes * 2 - 1).to(regions.dtype)], -1)
    if regions.dim() != 4:
        raise ShapeError(
            f"regions {tuple(regions.shape)} are no grid (B, H, W, D): give the corners of boxes (B, K, 4) to place "
            "them, or build the model with coordinates 'none'."
        )
    height, width = regions.shape[1:3]
    y = (torch.arange(height, dtype=regions.dtype, device=regions.device) * 2 + 1) / height - 1  # (H,), cells' centres
    x = (torch.arange(width, dtype=regions.dtype, device=regions.device) * 2 + 1) / width - 1  # (W,)
    cells = torch.stack([x.expand(height, width), y.unsqueeze(1).expand(height, width)], -1)  # (H, W, 2)
    return torch.cat([regions, cells.expand(regions.shape[0], height, width, 2)], -1)


Length = Literal["none", "sample", "location"]
"""What of the features has length 1: nothing, a picture's regions together, or each region."""


def normalise(features: Tensor, length: Length) -> Tensor:
    """Divide features (N, *S, D) by their L2 norm + 1e-8.

    Source: MCB and DRAU over the whole tensor of a picture, as the code of both does, Kazemi and Elqursh at each
    location.
    """
    if length == "none":
        return features
    over = tuple(range(1, features.dim())) if length == "sample" else (-1,)
    norm: Tensor = torch.linalg.vector_norm(features, dim=over, keepdim=True)
    return features / (norm + 1e-8)


class RegionLayers(nn.Module):
    """L2 norm, coordinates, then 1x1 layers with ReLU, the same for every region.

    Args:
        input_dim: Width of the features.
        region_dim: Width of each layer's output.
        layers: How many 1x1 layers; 0 leaves the features as they are.
        coordinates: What to append before the layers.
        length: What to normalise before that.
    """

    def __init__(
        self,
        *,
        input_dim: int,
        region_dim: int,
        layers: int = 1,
        coordinates: Place = "grid",
        length: Length = "none",
    ) -> None:
        super().__init__()
        if length not in get_args(Length):
            raise ConfigError(f"length {length!r} is unknown: give one of {', '.join(get_args(Length))}.")
        if coordinates not in WIDTHS:
            raise ConfigError(f"coordinates {coordinates!r} are unknown: give one of {', '.join(WIDTHS)}.")
        self.coordinates = coordinates
        self.length = length
        self.input_dim = input_dim
        placed_dim = input_dim + WIDTHS[coordinates]
        self.output_dim = region_dim if layers else placed_dim
        widths = [placed_dim, *[region_dim] * layers]
        self.layers = nn.ModuleList(nn.Linear(before, after) for before, after in itertools.pairwise(widths))

    def forward(self, features: Tensor, boxes: Tensor | None = None) -> Tensor:
        """Embed each region.

        Args:
            features: (N, *S, D), any floating type.
            boxes: Corners (N, K, 4) in [0, 1]; needed with coordinates "boxes", unread otherwise.

        Returns:
            (N, *S, region_dim).

        Raises:
            ShapeError: Another width than the layers were built for, or no boxes where they are needed.
        """
        if features.shape[-1] != self.input_dim:
            raise ShapeError(
                f"features are {features.shape[-1]} wide, expected {self.input_dim}: the model was built for others."
            )
        half = features.dtype in (torch.float16, torch.bfloat16)  # how feature stores keep them
        x = features.float() if half else features
        x = normalise(x, self.length)
        if self.coordinates == "boxes" and boxes is None:
            raise ShapeError("the model was built with coordinates 'boxes' and got none: pass boxes (N, K, 4).")
        if self.coordinates != "none":
            x = append_coordinates(x, boxes if self.coordinates == "boxes" else None)
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x
