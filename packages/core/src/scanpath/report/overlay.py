"""Attention maps over the picture they looked at: one call gives a PNG and the raw weights.

Each map is stretched from its own minimum to its own maximum (``normalise``), so colours compare places within a map,
never two maps: the raw weights are saved beside the picture for that. A map that is equal everywhere stays unmarked.
The picture keeps its brightness and loses most of its colour, so that the colour of the map can be read on it.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from scanpath.errors import ShapeError, missing_extra
from scanpath.files import write_atomically

try:
    import matplotlib as mpl
    from PIL import Image, ImageDraw, ImageFont
except ImportError as error:
    raise missing_extra(error.name or "pillow", purpose="drawing attention maps") from error

Map = npt.NDArray[Any]
Picture = npt.NDArray[np.uint8]
Method = Literal["bilinear", "nearest"]

COLOURS = "inferno"
SHORT_SIDE = 192
"""Pictures are enlarged by a whole factor until their short side has so many pixels."""
CAPTION = 22


def normalise(values: Map) -> npt.NDArray[np.float32]:
    """Stretch a map from its minimum (0) to its maximum (1); zeros where it is equal everywhere."""
    values = np.asarray(values, dtype=np.float32)
    if not np.isfinite(values).all():
        raise ShapeError("an attention map holds NaN or infinite weights, expected finite ones: look at the model.")
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-6 * max(abs(low), abs(high)):  # equal up to rounding
        return np.zeros_like(values)
    stretched: npt.NDArray[np.float32] = (values - np.float32(low)) / np.float32(high - low)
    return stretched


def enlarge(values: Map, size: tuple[int, int], method: Method = "bilinear") -> npt.NDArray[np.float32]:
    """Bring a map (h, w) to ``size`` (H, W); each cell stands for the block of pixels at its place."""
    way = Image.Resampling.BILINEAR if method == "bilinear" else Image.Resampling.NEAREST
    image = Image.fromarray(np.ascontiguousarray(values, dtype=np.float32))
    return np.asarray(image.resize((size[1], size[0]), way), dtype=np.float32)


def paint_boxes(weights: Map, boxes: Map, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Lay weights (K,) of boxes (K, 4) in [0, 1] on a plane (H, W); where boxes overlap the largest weight shows.

    Pixels in no box get the smallest weight, or 0 if that is smaller.
    """
    weights, boxes = np.asarray(weights, dtype=np.float32), np.asarray(boxes, dtype=np.float64)
    if boxes.shape != (*weights.shape, 4) or weights.ndim != 1:
        raise ShapeError(f"weights {weights.shape} and boxes {boxes.shape} given, expected (K,) and (K, 4).")
    height, width = size
    plane = np.full(size, min(0.0, float(weights.min(initial=0.0))), dtype=np.float32)
    for index in np.argsort(weights, kind="stable"):
        left, top, right, bottom = boxes[index] * (width, height, width, height)
        rows = slice(math.floor(top), max(math.ceil(bottom), math.floor(top) + 1))
        columns = slice(math.floor(left), max(math.ceil(right), math.floor(left) + 1))
        plane[rows, columns] = weights[index]
    return plane


def magnify(picture: Picture, short_side: int = SHORT_SIDE) -> Picture:
    """Enlarge a small picture (H, W, 3) by a whole factor, each pixel a square block."""
    factor = max(1, math.ceil(short_side / min(picture.shape[:2])))
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def outline(picture: Picture, target: npt.NDArray[np.bool_], *, width: int = 2) -> Picture:
    """Draw a light line with a dark rim around what is True in ``target``, of the picture's size or a whole fraction.

    Args:
        picture: (H, W, 3).
        target: (h, w) with H a multiple of h.
        width: of the light line, in pixels; the rim adds one on its outer side.
    """
    factor = picture.shape[0] // target.shape[0]
    grown = target.repeat(factor, axis=0).repeat(factor, axis=1)
    if grown.shape != picture.shape[:2]:
        raise ShapeError(f"a target {target.shape} given for a picture {picture.shape[:2]}: the sizes do not fit.")
    light = _dilate(grown, width) & ~grown
    dark = _dilate(grown, width + 1) & ~grown & ~light
    drawn = picture.copy()
    drawn[dark] = (20, 20, 20)
    drawn[light] = (255, 255, 255)
    return drawn


def _dilate(mask: npt.NDArray[np.bool_], steps: int) -> npt.NDArray[np.bool_]:
    for _ in range(steps):
        padded = np.pad(mask, 1)
        mask = padded[1:-1, 1:-1] | padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]
    return mask


def overlay(
    picture: Picture,
    weights: Map,
    *,
    boxes: Map | None = None,
    target: npt.NDArray[np.bool_] | None = None,
    method: Method = "bilinear",
    short_side: int = SHORT_SIDE,
) -> Image.Image:
    """Draw one map over its picture.

    Args:
        picture: (H, W, 3), uint8.
        weights: (h, w) over a grid, or (K,) over ``boxes``.
        boxes: (K, 4) as x1, y1, x2, y2 in [0, 1].
        target: (H, W), outlined if given.
        method: how a grid is enlarged; boxes are always drawn with sharp edges.
        short_side: small pictures are enlarged by a whole factor until their short side has so many pixels.

    Raises:
        ShapeError: shapes that do not fit, or weights that are not finite.
    """
    shown = magnify(_checked(picture), short_side)
    size = (shown.shape[0], shown.shape[1])
    if boxes is not None:
        heat = paint_boxes(normalise(weights), boxes, size)
    elif np.ndim(weights) == 2:
        heat = enlarge(normalise(weights), size, method)
    else:
        raise ShapeError(f"a map {np.shape(weights)} given, expected (h, w), or (K,) together with boxes.")
    drawn = blend(shown, heat, marked=bool(heat.any()))
    return Image.fromarray(drawn if target is None else outline(drawn, target))


def blend(picture: Picture, heat: Map, *, marked: bool) -> Picture:
    """Lay heat (H, W) between 0 and 1 on a picture (H, W, 3); unmarked, the picture only loses its colour."""
    grey = picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    ground = 0.25 * picture + 0.75 * grey[..., None]
    colour = mpl.colormaps[COLOURS](heat)[..., :3].astype(np.float32) * 255
    share = (0.45 + 0.4 * heat)[..., None] if marked else np.zeros_like(heat)[..., None]
    mixed: Picture = ((1 - share) * ground + share * colour).round().clip(0, 255).astype(np.uint8)
    return mixed


def _checked(picture: Picture) -> Picture:
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ShapeError(f"a picture {picture.shape} of {picture.dtype} given, expected (H, W, 3) of uint8.")
    return picture


def strip(
    picture: Picture,
    maps: Map,
    names: Sequence[str] = (),
    *,
    boxes: Map | None = None,
    target: npt.NDArray[np.bool_] | None = None,
    method: Method = "bilinear",
    short_side: int = SHORT_SIDE,
) -> Image.Image:
    """Draw the picture and behind it all its maps (M, h, w) or (M, K), hop by hop.

    ``names`` are M captions, numbers where none are given; the other arguments are those of :func:`overlay`.
    """
    if names and len(names) != len(maps):
        raise ShapeError(f"{len(names)} names given for {len(maps)} maps, expected one a map.")
    shown = magnify(_checked(picture), short_side)
    tiles = [Image.fromarray(shown if target is None else outline(shown, target))]
    tiles += [overlay(picture, one, boxes=boxes, target=target, method=method, short_side=short_side) for one in maps]
    captions = ["picture", *(names or [f"map {number + 1}" for number in range(len(maps))])]
    gap, (width, height) = 8, tiles[0].size
    sheet = Image.new("RGB", (len(tiles) * (width + gap) - gap, height + CAPTION), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for number, (tile, caption) in enumerate(zip(tiles, captions, strict=True)):
        sheet.paste(tile, (number * (width + gap), 0))
        draw.text((number * (width + gap), height + 4), caption, fill=(60, 60, 60), font=font)
    return sheet


def png(image: Image.Image) -> bytes:
    """Encode an image as PNG."""
    stream = io.BytesIO()
    image.save(stream, format="PNG", optimize=True)
    return stream.getvalue()


def jpeg(image: Image.Image, *, quality: int = 86) -> bytes:
    """Encode an image as JPEG, at full resolution of colour."""
    stream = io.BytesIO()
    image.convert("RGB").save(stream, format="JPEG", quality=quality, subsampling=0, optimize=True)
    return stream.getvalue()


def save_maps(
    path: Path,
    picture: Picture,
    maps: Map,
    names: Sequence[str] = (),
    *,
    boxes: Map | None = None,
    target: npt.NDArray[np.bool_] | None = None,
    method: Method = "bilinear",
) -> tuple[Path, Path]:
    """Write the :func:`strip` of the maps to ``path`` (.png) and their raw weights beside it (.npz).

    Returns:
        The two paths. The archive holds ``maps``, ``names`` and, if given, ``boxes`` and ``target``.
    """
    path = path.with_suffix(".png")
    raw = path.with_suffix(".npz")
    arrays: dict[str, npt.NDArray[Any]] = {"maps": np.asarray(maps), "names": np.asarray(list(names), dtype=np.str_)}
    if boxes is not None:
        arrays["boxes"] = np.asarray(boxes)
    if target is not None:
        arrays["target"] = target
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]  # numpy has no type for open keywords
    sheet = strip(picture, maps, names, boxes=boxes, target=target, method=method)
    write_atomically(path, png(sheet))
    write_atomically(raw, stream.getvalue())
    return path, raw
