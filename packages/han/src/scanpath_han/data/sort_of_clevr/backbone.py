"""``sort_of_clevr_cnn``: four strided convolutions, 75x75 pixels -> 5x5 cells of 64 numbers.

Its shipped weights come from ``python -m scanpath_han.data.sort_of_clevr.pretraining``, which teaches each cell what
has its centre in it, and shows no question. They are there because small machines need them: a model trained end to
end on this data set says the same whatever colour is asked about until it has seen more than a million questions.
"""

from __future__ import annotations

from pathlib import Path

from scanpath.features.brought import BroughtBackbone
from scanpath.features.scenes_cnn import ScenesCNN
from scanpath_han.data.sort_of_clevr.world import IMAGE_SIZE

NAME = "sort_of_clevr_cnn"
STRIDES = (2, 2, 2, 2)
GRID = 5
"""Cells on each side."""


def network(*, normalised: bool = False) -> ScenesCNN:
    """Build the layers, with batch norms while they are trained."""
    return ScenesCNN(STRIDES, normalised=normalised)


BACKBONE = BroughtBackbone(
    network=network, weights=Path(__file__).parent / "weights" / f"{NAME}.safetensors", size=IMAGE_SIZE
)
