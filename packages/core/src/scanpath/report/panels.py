"""One small picture a map, whatever the map lies over: a grid, boxes, the layers of a CNN, regions of no known place.

Soft maps are stretched from their own minimum to their own maximum, so the caption says what the largest weight is;
gates are drawn as they are, from 0 to 1; of a hard choice the kept cells stay as they were and the rest is dimmed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from scanpath.errors import ShapeError
from scanpath.report.lettering import font, heat_colour
from scanpath.report.overlay import Map, Picture, blend, enlarge, normalise, outline, paint_boxes
from scanpath.types import Kind

LABELLED = 5
"""So many boxes, those of the largest weights, have their weight written on them."""
DIM = 0.3


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One map, ready to be drawn."""

    name: str
    """What it is: ``hop 1``."""
    weights: Map
    """(h, w) over a grid, else (K,)."""
    boxes: Map | None = None
    """(K, 4) as x1, y1, x2, y2 in [0, 1]; None for a grid, and for regions of no known place."""
    kind: Kind = "soft"
    share: float | None = None
    """Of a layer: how much of its map's weight lies in it."""

    @property
    def remark(self) -> str:
        """What the colours alone do not tell: how much the brightest place weighs, how much was kept."""
        values = np.asarray(self.weights)
        if self.kind == "hard":
            return f"{int((values > 0).sum())} of {values.size} kept"
        if self.kind == "gate":
            low, high = f"{values.min():.2f}", f"{values.max():.2f}"
            return f"{low} everywhere" if low == high else f"{low} to {high}"
        remark = f"up to {_percent(values.max())}" if normalise(values).any() else "even"
        return remark if self.share is None else f"{self.share:.0%} in all, {remark}"


def panels(
    maps: Map,
    names: Sequence[str],
    *,
    kind: Kind = "soft",
    boxes: Map | None = None,
    layers: Sequence[int] = (),
) -> list[Panel]:
    """Make one panel a map; maps over the layers of a CNN, one behind the other, become one a layer.

    Args:
        maps: (M, h, w) over a grid, or (M, K).
        names: M names, such as ``hop 1``.
        kind: how the weights read.
        boxes: (K, 4) of the K regions. Where they are the cells of one or several grids, each grid is a layer.
        layers: regions of each layer, for maps without boxes; those that make a square are taken for a grid.

    Raises:
        ShapeError: names or boxes that do not fit the maps.
    """
    maps = np.asarray(maps, dtype=np.float32)
    if len(names) != len(maps):
        raise ShapeError(f"{len(names)} names given for {len(maps)} maps, expected one a map.")
    if maps.ndim == 3:
        return [Panel(name=name, weights=one, kind=kind) for name, one in zip(names, maps, strict=True)]
    if maps.ndim != 2 or (boxes is not None and boxes.shape != (maps.shape[1], 4)):
        shape = None if boxes is None else boxes.shape
        raise ShapeError(f"maps {maps.shape} and boxes {shape} given, expected (M, h, w), or (M, K) and (K, 4).")
    grids = _grids(boxes) if boxes is not None else [_square(size) for size in layers]
    if sum(map(math.prod, grids)) != maps.shape[1]:
        return [Panel(name=name, weights=one, boxes=boxes, kind=kind) for name, one in zip(names, maps, strict=True)]
    return [panel for name, one in zip(names, maps, strict=True) for panel in _layers(one, name, names, grids, kind)]


def _layers(
    weights: Map, name: str, names: Sequence[str], grids: Sequence[tuple[int, ...]], kind: Kind
) -> Iterator[Panel]:
    """Cut one map into its layers; each tells its share of the map's weight."""
    if len(grids) == 1:
        yield Panel(name=name, weights=weights.reshape(grids[0]), kind=kind)
        return
    ends = list(itertools.accumulate(map(math.prod, grids)))
    total = float(weights.sum()) or 1.0
    of_map = f"{name.replace('layer', 'map')}, " if len(names) > 1 else ""
    for number, (grid, part) in enumerate(zip(grids, np.split(weights, ends[:-1]), strict=True), start=1):
        share = float(part.sum()) / total if kind == "soft" else None
        yield Panel(name=f"{of_map}layer {number}", weights=part.reshape(grid), kind=kind, share=share)


def _square(count: int) -> tuple[int, ...]:
    """Lay out a layer of so many regions: a square if they make one; else nobody knows their places."""
    side = math.isqrt(count)
    return (side, side) if side * side == count else (count,)


def _percent(value: float) -> str:
    return f"{value:.0%}" if value >= 0.1 else f"{value:.1%}"


def _grids(boxes: Map) -> list[tuple[int, ...]]:
    """Return rows and columns of the grids whose cells the boxes are, in raster order; nothing for free boxes."""
    starts = [*np.flatnonzero((boxes[:, :2] == 0).all(axis=1)).tolist(), len(boxes)]
    found: list[tuple[int, ...]] = []
    for first, last in itertools.pairwise(starts):
        own = np.asarray(boxes[first:last], dtype=np.float64)
        height, width = len(np.unique(own[:, 1])), len(np.unique(own[:, 0]))
        y, x = np.mgrid[:height, :width].reshape(2, -1)
        cells = np.stack([x / width, y / height, (x + 1) / width, (y + 1) / height], axis=1)
        if cells.shape != own.shape or not np.allclose(cells, own, atol=1e-4):
            return []
        found.append((height, width))
    return found if starts[0] == 0 else []


def draw(picture: Picture, panel: Panel, *, target: npt.NDArray[np.bool_] | None = None) -> Image.Image:
    """Draw one map over its picture (H, W, 3), in the picture's own size.

    Args:
        picture: uint8.
        panel: its map.
        target: outlined if given, (h, w), of the picture's size or a whole fraction; not on bars.

    Raises:
        ShapeError: weights that are not finite.
    """
    weights = np.asarray(panel.weights, dtype=np.float32)
    heat = normalise(weights) if panel.kind == "soft" else weights.clip(0, 1)
    if weights.ndim == 1 and panel.boxes is None:
        return _bars((picture.shape[0], picture.shape[1]), heat)
    drawn = _over(picture, panel, heat)
    return drawn if target is None else Image.fromarray(outline(np.asarray(drawn), target))


def _over(picture: Picture, panel: Panel, heat: Map) -> Image.Image:
    size = (picture.shape[0], picture.shape[1])
    if panel.boxes is None:
        plane = enlarge(heat, size, "bilinear" if panel.kind == "soft" else "nearest")
    else:
        plane = paint_boxes(heat, panel.boxes, size)
    if panel.kind == "hard":
        drawn = _kept(picture, plane > 0.5)
    else:
        drawn = Image.fromarray(blend(picture, plane, marked=panel.kind == "gate" or bool(heat.any())))
    return drawn if panel.boxes is None else _framed(drawn, panel)


def _kept(picture: Picture, kept: npt.NDArray[np.bool_]) -> Image.Image:
    """Leave what was kept as it is, outlined, and dim the rest."""
    grey = picture.astype(np.float32).mean(axis=2, keepdims=True)
    dimmed = (DIM * (0.3 * picture + 0.7 * grey)).astype(np.uint8)
    drawn = np.where(kept[..., None], picture, dimmed)
    return Image.fromarray(outline(drawn, kept, width=1) if kept.any() and not kept.all() else drawn)


def _framed(drawn: Image.Image, panel: Panel) -> Image.Image:
    """Draw the boxes' frames, those of the largest weights on top and, unless all are kept alike, with their weight."""
    assert panel.boxes is not None  # noqa: S101 - the caller has looked
    draw, width, height = ImageDraw.Draw(drawn), *drawn.size
    boxes, weights = panel.boxes, panel.weights
    order = np.argsort(weights, kind="stable")
    for rank, index in enumerate(order):
        named = rank >= len(order) - LABELLED and weights[index] > 0
        left, top, right, bottom = np.asarray(boxes[index], dtype=np.float64) * (width, height, width, height)
        corners = (left, top, max(left, min(right, width) - 1), max(top, min(bottom, height) - 1))
        draw.rectangle(corners, outline=(255, 255, 255) if named else (150, 150, 150), width=1)
        if named and panel.kind != "hard":
            text = _percent(weights[index])
            where = draw.textbbox((left + 3, top + 1), text, font=font(11))
            draw.rectangle((where[0] - 2, where[1] - 1, where[2] + 1, where[3] + 1), fill=(20, 20, 20))
            draw.text((left + 3, top + 1), text, fill=(255, 255, 255), font=font(11))
    return drawn


def _bars(size: tuple[int, int], heat: Map) -> Image.Image:
    """Draw weights of regions whose place nobody knows as bars, in the order of the regions."""
    height, width = size
    drawn = Image.new("RGB", (width, height), (245, 245, 245))
    draw, step = ImageDraw.Draw(drawn), width / len(heat)
    for number, value in enumerate(heat):
        top = height - 1 - float(value) * (height - 8)
        draw.rectangle(
            (number * step, top, max(number * step, (number + 1) * step - 1), height), fill=heat_colour(value)
        )
    return drawn
