"""Samples of the data sets side by side, with a question and its answer below each (Fig. 5)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from scanpath.data.catalogue import open_split
from scanpath.data.split import VQASplit
from scanpath.errors import DataError
from scanpath.predict.pictures import Picture
from scanpath_attention_rnn.data.digits.options import VARIANTS
from scanpath_attention_rnn.figures.sheet import tiles_sheet

SIDE = 224
"""All pictures are enlarged to so many pixels, those of MBG^b as they are."""
NOTE = (
    "The first pictures of each data set, its first question of each, and the answer. MREF, MDIST and MBG of equal "
    "seeds have the same digits on other grounds."
)


def draw_samples(names: Sequence[str], split: str, pictures: int, root: Path | None) -> Image.Image:
    """Draw the first pictures of data sets: one column a data set, one row a picture.

    Args:
        names: Of data sets, those of the digits or any other with pictures.
        split: Whose pictures.
        pictures: How many of each.
        root: The folder of the data sets.

    Raises:
        DataError: A data set is not there, or has fewer pictures.
    """
    columns = [_column(open_split(name, split, root), pictures) for name in names]
    heads = [VARIANTS[name].prefix if name in VARIANTS else name for name in names]
    return tiles_sheet("Samples of the data sets", NOTE, heads, list(zip(*columns, strict=True)))


def _column(split: VQASplit, pictures: int) -> list[tuple[Image.Image, str]]:
    ids = np.unique(split.image_ids)[:pictures].tolist()
    if split.images is None or len(ids) < pictures:
        raise DataError(f"{split.name} has {len(ids)} pictures, {pictures} were asked for: ask for fewer.")
    found = []
    for image in ids:
        first = int(np.flatnonzero(split.image_ids == image)[0])
        answer = "?" if split.annotations is None else split.annotations.modal[first]
        found.append(
            (sized(split.images.read(split.image_names[image])), f"asked: {split.questions[first]}   answer: {answer}")
        )
    return found


def sized(picture: Picture) -> Image.Image:
    """Enlarge a picture, each pixel a block as far as whole pixels allow."""
    return Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.NEAREST)
