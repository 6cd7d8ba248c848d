"""A contact sheet: pictures of a split with their questions and answers, or captions, for a person to look at."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.captions import CaptionSplit
from scanpath.data.split import VQASplit
from scanpath.errors import ConfigError, DataError, missing_extra

Shown = VQASplit | CaptionSplit

_SIDE, _MARGIN, _LINE = 256, 12, 14
_TEXT_WIDTH = 620


def place_of(split: Shown, image: int) -> int:
    """Find a picture's number in a split, by its id.

    Raises:
        ConfigError: nothing of the split is about it.
    """
    known = np.unique(split.image_ids)
    place = int(np.searchsorted(known, image))
    if place == len(known) or known[place] != image:
        some = ", ".join(map(str, known[:3].tolist()))
        told = "caption" if isinstance(split, CaptionSplit) else "question"
        raise ConfigError(
            f"no {told} of {split.name} is about the picture {image}: its {len(known):,} pictures have other ids, "
            f"such as {some}."
        )
    return place


def draw_sheet(split: Shown, path: Path, *, index: int = 0, count: int = 4) -> None:
    """Write ``count`` pictures of a split with all their questions and answers, or captions, as a PNG file.

    Args:
        split: with pictures; answers, and the objects of a picture, are shown where they are known.
        path: where the PNG goes.
        index: the number of the first picture in the split.
        count: how many pictures.

    Raises:
        ConfigError: there is no such picture.
        DataError: the split was opened without pictures.
        MissingExtraError: Pillow is not installed.
    """
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        raise missing_extra("pillow", purpose="drawing a sheet") from None
    if split.images is None:
        raise DataError(f"{split.name} was opened without pictures: give the folder or archive that holds them.")
    shown = np.unique(split.image_ids)[index : index + count].tolist() if index >= 0 else []
    if not shown:
        raise ConfigError(
            f"picture {index} of {split.name} was asked for, expected 0 to {len(np.unique(split.image_ids)) - 1}."
        )
    blocks = [(image, _lines(split, image)) for image in shown]
    heights = [max(_SIDE, _LINE * len(lines)) + _MARGIN for _, lines in blocks]
    sheet = Image.new("RGB", (_SIDE + _TEXT_WIDTH + 3 * _MARGIN, sum(heights) + _MARGIN), "white")
    pen = ImageDraw.Draw(sheet)
    top = _MARGIN
    for (image, lines), height in zip(blocks, heights, strict=True):
        picture = Image.fromarray(split.images.read(split.image_names[image]))
        scale = _SIDE / max(picture.size)
        size = (round(picture.width * scale), round(picture.height * scale))
        sheet.paste(
            picture.resize(size, Image.Resampling.NEAREST if scale > 1 else Image.Resampling.LANCZOS), (_MARGIN, top)
        )
        for number, line in enumerate(lines):
            pen.text((_SIDE + 2 * _MARGIN, top + _LINE * number), line, fill="black")
        top += height
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, "PNG")


def _lines(split: Shown, image: int) -> list[str]:
    lines = [split.image_names[image]]
    if isinstance(split, CaptionSplit):
        texts = (split.captions[row] for row in np.flatnonzero(split.caption_images == image).tolist())
        return lines + [line for text in texts for line in textwrap.wrap(text, 100, subsequent_indent="    ")]
    if split.grounding is not None:
        lines += [_object(one) for one in split.grounding.attributes(image)]
    for row in np.flatnonzero(split.image_ids == image).tolist():
        text = split.questions[row]
        if split.annotations is not None:
            others = sorted(set(split.annotations.answers[row]) - {split.annotations.modal[row]})
            text += f" {split.annotations.modal[row].upper()}" + (f"  ({', '.join(others)})" if others else "")
        lines += textwrap.wrap(text, 100, subsequent_indent="    ")
    return lines


def _object(one: Mapping[str, Any]) -> str:
    """Describe an object: ``large gray metal sphere at 269, 88``."""
    across, down = one["pixel_coords"][:2]
    words = " ".join(one[name] for name in ("size", "color", "material", "shape") if name in one)
    return f"{words} at {across:.0f}, {down:.0f}"
