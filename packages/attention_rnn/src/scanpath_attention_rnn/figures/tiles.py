"""What a question made of a picture as a row of tiles: a layer each, and the products of all."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from scanpath.predict.pictures import Picture
from scanpath_attention_rnn.figures.networks import Looks
from scanpath_attention_rnn.figures.sheet import heat, over, shown

Show = Literal["features", "maps"]
"""What is drawn of a layer: its features times its map, or the map over the picture."""


def tiles_of(
    looks: Looks, number: int, picture: Picture, show: Show, *targets: npt.NDArray[np.bool_]
) -> list[Image.Image]:
    """Draw what one question, the ``number``-th, made of each layer, and the products of all."""
    size = shown(picture).size
    product = over(picture, looks.product[number].numpy(), *targets)
    if show == "maps":
        return [*(over(picture, one[number, 0].numpy(), *targets) for one in looks.maps.values()), product]
    attended = over(picture, looks.attended[number].numpy(), *targets)
    return [*(heat(one[number].numpy(), size, *targets) for one in looks.features), attended, product]


def heads_of(looks: Looks, show: Show) -> list[str]:
    """Name the tiles that :func:`tiles_of` draws."""
    layers = [f"{name}, {one.shape[2]} x {one.shape[3]}" for name, one in looks.maps.items()]
    return [*layers, *(["product of these"] if show == "features" else []), "product of maps"]
