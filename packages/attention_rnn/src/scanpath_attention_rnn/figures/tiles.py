"""What a question made of a picture as a row of tiles: a layer each, and the products of all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from scanpath.predict.pictures import Picture
from scanpath_attention_rnn.figures.networks import Looks
from scanpath_attention_rnn.figures.sheet import heat, over

Show = Literal["features", "maps"]
"""What is drawn of a layer: its features times its map, or the map over the picture."""


def tiles_of(
    looks: Looks, number: int, picture: Picture, show: Show, *targets: npt.NDArray[np.bool_]
) -> dict[str, Image.Image]:
    """Draw what one question, the ``number``-th, made of each layer, and the products of all, by the tiles' heads."""
    product = over(picture, looks.product[number].numpy(), *targets)
    if show == "maps":
        drawn = [*(over(picture, one[number, 0].numpy(), *targets) for one in looks.maps.values()), product]
    else:
        attended = over(picture, looks.attended[number].numpy(), *targets)
        drawn = [*(heat(one[number].numpy(), product.size, *targets) for one in looks.features), attended, product]
    return dict(zip(heads_of([looks], show), drawn, strict=True))


def heads_of(networks: Iterable[Looks], show: Show) -> list[str]:
    """Name the tiles of several networks, some of which may not look behind every layer."""
    layers = {f"{name}, {one.shape[2]} x {one.shape[3]}" for looks in networks for name, one in looks.maps.items()}
    return [*sorted(layers), *(["product of these"] if show == "features" else []), "product of maps"]
