"""What is written of an answer: one sheet, and the raw weights beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from scanpath.predict import Prediction

TOP = [("two", 0.75), ("three", 0.25)]


def said(pixels: np.ndarray, **changes: object) -> Prediction:
    given = {
        "question": "how many?", "words": ["how", "many"], "unknown": [], "answer": "two", "probability": 0.75,
        "top": TOP, "picture": pixels, "maps": {}, "names": {},
    }  # fmt: skip
    return Prediction(**{**given, **changes})


def test_sheet_and_weights_are_written(tmp_path: Path, pixels: np.ndarray) -> None:
    maps = {"regions": np.random.default_rng(0).random((2, 3, 5), np.float32), "tokens": np.array([[0.3, 0.7]] * 2)}
    names = {place: ["hop 1", "hop 2"] for place in maps}
    found = said(pixels, maps=maps, names=names)
    drawn, raw = found.save(tmp_path / "out" / "maps.png")
    assert (drawn.name, raw.name) == ("maps.png", "maps.npz")
    with Image.open(drawn) as image:
        np.testing.assert_array_equal(np.asarray(image), np.asarray(found.draw()))
    with np.load(raw, allow_pickle=False) as content:
        assert sorted(content) == ["regions", "regions_names", "tokens", "tokens_names", "words"]
        np.testing.assert_array_equal(content["regions"], maps["regions"])
        assert content["tokens_names"].tolist() == ["hop 1", "hop 2"]
        assert content["words"].tolist() == ["how", "many"]


def test_boxes_are_kept_and_names_with_points_stay_whole(tmp_path: Path, pixels: np.ndarray) -> None:
    boxes = np.array([[0, 0, 0.5, 0.5], [0.5, 0.1, 1, 1]], np.float32)
    found = said(pixels, maps={"regions": np.array([[0.2, 0.8]])}, names={"regions": ["glimpse 1"]}, boxes=boxes)
    drawn, raw = found.save(str(tmp_path / "epoch 1.5"))
    assert (drawn.name, raw.name) == ("epoch 1.5.png", "epoch 1.5.npz")
    with np.load(raw) as content:
        np.testing.assert_array_equal(content["boxes"], boxes)


def test_words_alone_are_drawn_too(pixels: np.ndarray) -> None:
    without = said(pixels).draw()
    found = said(pixels, maps={"tokens": np.array([[0.3, 0.7]])}, names={"tokens": ["glimpse 1"]}).draw()
    assert found.width == without.width
    assert found.height > without.height
