"""Region features of Scenes: boxes that a small detector finds, each with what ``scenes_cnn`` says inside it.

The detector is that of CenterNet (Zhou et al. 2019, https://arxiv.org/abs/1904.07850) without its maps of classes: a
head of two convolutions tells, for every cell of the 8x8 grid, whether an object's centre lies in it, where in it, and
how wide and high the object is. Objects of Scenes stand so far apart that no cell has two centres. The features are the
grid's own, averaged over the box: a model that reads boxes has seen no more of the picture than one that reads cells,
so that what differs between them is the boxes.

Its shipped weights come from ``scanpath features pretrain scenes_boxes`` (:mod:`scanpath.features.box_pretraining`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.errors import ConfigError, missing_extra
from scanpath.features.frozen import Backbone, Described, Picture, state_checksum
from scanpath.features.preprocessing import HALF, Preprocessing
from scanpath.features.scenes_cnn import STRIDES, WIDTHS, ScenesCNN
from scanpath.layers.regions import normalise

NAME = "scenes_boxes"
CELL = math.prod(STRIDES)
"""Pixels along the side of a cell."""
REGIONS = 12
"""Most boxes of a picture; Scenes have 6 to 8 objects."""
CONFIDENT = 0.1
"""A box with a lower score is left out, the best one of a picture aside; chosen on Scenes of a further seed, where it
finds 99.8 % of the objects, and 0.5 finds 95 %, both with 99.7 % or more of the boxes right."""
OVERLAPPING = 0.3
"""Of two boxes that overlap by more, the one with the better score stays."""
SAMPLES = 3
"""Points along each side of a box at which the grid is read."""


class Centres(NamedTuple):
    """What the head says of the cells of N pictures, K = h * w in raster order."""

    scores: Tensor
    """Of an object's centre lying in the cell, before the sigmoid, (N, K)."""
    boxes: Tensor
    """Of that object, x1, y1, x2, y2 in pixels from edge to edge, (N, K, 4)."""


class SceneDetector(nn.Module):
    """``scenes_cnn`` and a head on its grid: a 3x3 convolution, ReLU, and a 1x1 convolution to five numbers a cell."""

    def __init__(self) -> None:
        super().__init__()
        width = WIDTHS[-1]
        self.trunk = ScenesCNN()
        self.head = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, 5, 1))

    def centres(self, grid: Tensor) -> Centres:
        """Read the head: features (N, D, h, w) -> :class:`Centres`.

        A cell's numbers are a score, where the centre lies in the cell, and the logarithms of width and height, all
        lengths in cells.
        """
        told = self.head(grid).permute(0, 2, 3, 1)  # (N, h, w, 5)
        places = cells(*grid.shape[2:]).to(told)  # (h, w, 2)
        centre, sides = told[..., 1:3] + places, told[..., 3:].exp()
        boxes = torch.cat([centre - sides / 2, centre + sides / 2], -1) * CELL
        return Centres(told[..., 0].flatten(1), boxes.flatten(1, 2))


def cells(height: int, width: int) -> Tensor:
    """Number the cells of a grid: column and row of each, (h, w, 2)."""
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.stack([columns, rows], -1)


def pooled(grid: Tensor, boxes: Tensor) -> Tensor:
    """Average the features of one picture over its boxes.

    A cell's features are centred on its upper left pixel, see :mod:`scanpath.features.scenes_cnn`; between cells they
    are interpolated, and beyond the last ones they are the last ones'.

    Args:
        grid: (D, h, w).
        boxes: (K, 4) in pixels from edge to edge.

    Returns:
        (K, D).
    """
    height, width = grid.shape[1:]
    steps = (torch.arange(SAMPLES, device=boxes.device) + 0.5) / SAMPLES  # (s,) middles of equal parts
    corner, sides = boxes[:, None, :2], boxes[:, None, 2:] - boxes[:, None, :2]  # (K, 1, 2)
    points = (corner + steps[:, None] * sides - 0.5) / CELL  # (K, s, 2) in cells: a pixel's centre is half a pixel in
    last = points.new_tensor([width - 1, height - 1]).clamp(min=1)
    x, y = (points / last * 2 - 1).unbind(-1)  # (K, s) each, in [-1, 1] as grid_sample wants it
    lattice = torch.stack(
        [x[:, None, :].expand(-1, SAMPLES, -1), y[:, :, None].expand(-1, -1, SAMPLES)], -1
    )  # (K, s, s, 2)
    found = F.grid_sample(
        grid.unsqueeze(0), lattice.flatten(1, 2).unsqueeze(0), padding_mode="border", align_corners=True
    )  # (1, D, K, s * s)
    return found.squeeze(0).mean(-1).T


class ScenesBoxes(nn.Module):
    """The frozen detector: pictures -> at most K boxes with features each.

    Args:
        detector: with its weights.
        size: pixels of a picture's sides.
        regions: K, the most of a picture.
        preprocessing: how pictures are brought to size, and what is done to features.

    Attributes:
        name: as given to :func:`scanpath.features.backbones.create_extractor`.
        width: numbers of a region, D.
        sha256: checksum of the weights' names, forms and bytes.

    Raises:
        ConfigError: no region.
    """

    name = NAME
    has_boxes = True
    width = WIDTHS[-1]

    def __init__(
        self, detector: SceneDetector, *, size: int = 64, regions: int = REGIONS, preprocessing: Preprocessing
    ) -> None:
        super().__init__()
        if regions < 1:
            raise ConfigError(f"{regions} regions a picture were asked of {NAME}, expected at least 1.")
        self.regions = regions
        self.preprocessing = preprocessing
        self.sha256 = state_checksum(detector.state_dict())
        self.detector = detector
        self.backbone = Backbone(
            detector.trunk,
            name=NAME,
            input_size=(size, size),
            statistics=HALF,
            preprocessing=replace(preprocessing, length="none"),  # regions have a length, cells do not
        )
        self.requires_grad_(requires_grad=False).eval()

    @property
    def shape(self) -> tuple[int, ...]:
        """The form of a picture's features, (K, D), where it has the most."""
        return self.regions, self.width

    @property
    def facts(self) -> dict[str, Any]:
        """All that the features depend on, as plain JSON values."""
        facts = {**self.backbone.facts, "sha256": self.sha256, "regions": self.regions}
        return {**facts, **self.preprocessing.facts}

    def train(self, mode: bool = True) -> ScenesBoxes:  # noqa: ARG002, FBT001, FBT002 - the signature is nn.Module's
        """Stay in eval mode, whatever is asked."""
        return super().train(mode=False)

    def prepare(self, picture: Picture) -> Tensor:
        """Bring one picture (H, W, 3) uint8 to the input's size: uint8 (3, h, w)."""
        return self.backbone.prepare(picture)

    @torch.no_grad()
    def describe(self, pictures: Sequence[Tensor]) -> Described:
        """Find the objects of prepared pictures, the most confident first: (K', D) and (K', 4) each, K' <= K."""
        grids = self.backbone(torch.stack([*pictures]).to(self.backbone.mean.device)).permute(0, 3, 1, 2)
        height, width = self.backbone.input_size
        edge = grids.new_tensor([width, height, width, height])
        features, corners = [], []
        for grid, scores, boxes in zip(grids, *self.detector.centres(grids), strict=True):
            inside = boxes.clamp(min=0).minimum(edge)
            kept = inside[confident(inside, scores.sigmoid(), self.regions)]  # (K', 4)
            features.append(normalise(pooled(grid, kept).unsqueeze(0), self.preprocessing.length).squeeze(0))
            corners.append(kept / edge)
        return Described(features, corners)


def confident(boxes: Tensor, scores: Tensor, most: int) -> Tensor:
    """Choose boxes: thinned out, then those with a score of at least :data:`CONFIDENT`, or else the best one.

    Args:
        boxes: (K, 4).
        scores: (K,) in [0, 1].
        most: how many at most.

    Returns:
        Their rows, the most confident first.

    Raises:
        MissingExtraError: torchvision is not installed.
    """
    try:
        from torchvision.ops import nms
    except ImportError:
        raise missing_extra("torchvision", purpose="a detector") from None
    kept: Tensor = nms(boxes, scores, OVERLAPPING)[:most]
    sure = int((scores[kept] >= CONFIDENT).sum())
    return kept[: max(1, sure)]
