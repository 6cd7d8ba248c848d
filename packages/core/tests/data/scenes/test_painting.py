from __future__ import annotations

import sys

import numpy as np
import pytest

from scanpath.data.images import decode
from scanpath.data.scenes.drawing import draw_picture
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.painting import paint, paint_piece
from scanpath.data.scenes.world import draw_scene, scene_draws
from scanpath.errors import MissingExtraError

OPTIONS = SceneOptions(images=211, val_images=3, test_images=2)


def test_any_number_of_workers_draws_the_same() -> None:
    alone = list(paint(OPTIONS, workers=1))
    assert [(split, len(piece.scenes)) for split, piece in alone] == [
        ("train", 200), ("train", 11), ("val", 3), ("test", 2),
    ]  # fmt: skip
    together = list(paint(OPTIONS, workers=2))
    assert [(split, piece.digest, piece.pictures, piece.boxes) for split, piece in together] == [
        (split, piece.digest, piece.pictures, piece.boxes) for split, piece in alone
    ]


def test_files_hold_the_pixels_that_were_drawn() -> None:
    piece = paint_piece(OPTIONS, "val", 1, 3)
    draws = scene_draws(OPTIONS, "val", 1)
    picture, labels = draw_picture(draw_scene(draws, OPTIONS), draws, 64)
    np.testing.assert_array_equal(decode(piece.pictures[0], "picture"), picture)
    np.testing.assert_array_equal(decode(piece.masks[0], "mask", "L"), labels)


def test_without_pillow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtraError, match=r"making scenes needs 'pillow'.*pip install 'scanpath\[train\]'"):
        paint_piece(OPTIONS, "val", 0, 1)
