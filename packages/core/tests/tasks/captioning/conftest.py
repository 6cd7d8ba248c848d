"""The official file of Karpathy's split typed by hand, with pictures: small enough to know every number of a batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from scanpath.data.caption_catalogue import open_captions
from scanpath.data.captions import CaptionSplit

KARPATHY = """{"images": [
 {"filepath": "train2014", "sentids": [11, 12, 13], "filename": "COCO_train2014_000000000009.jpg", "imgid": 0,
  "split": "train", "cocoid": 9, "sentences": [
   {"tokens": ["a", "red", "dog"], "raw": "A red dog.", "imgid": 0, "sentid": 11},
   {"tokens": ["the", "dog", "s", "red", "ball"], "raw": "The dog's red ball!", "imgid": 0, "sentid": 12},
   {"tokens": ["7"], "raw": "7", "imgid": 0, "sentid": 13}]},
 {"filepath": "val2014", "sentids": [21, 22], "filename": "COCO_val2014_000000000004.jpg", "imgid": 1,
  "split": "restval", "cocoid": 4, "sentences": [
   {"tokens": ["a", "red", "ball"], "raw": "a red  ball", "imgid": 1, "sentid": 21},
   {"tokens": ["zebra"], "raw": "Zebra", "imgid": 1, "sentid": 22}]},
 {"filepath": "val2014", "sentids": [31, 32], "filename": "COCO_val2014_000000000042.jpg", "imgid": 2,
  "split": "val", "cocoid": 42, "sentences": [
   {"tokens": ["a", "blue", "dog"], "raw": "A blue dog.", "imgid": 2, "sentid": 31},
   {"tokens": ["one", "dog"], "raw": "One dog", "imgid": 2, "sentid": 32}]},
 {"filepath": "val2014", "sentids": [41], "filename": "COCO_val2014_000000000017.jpg", "imgid": 3,
  "split": "val", "cocoid": 17, "sentences": [
   {"tokens": ["a", "red", "ball"], "raw": "A red ball.", "imgid": 3, "sentid": 41}]},
 {"filepath": "val2014", "sentids": [51], "filename": "COCO_val2014_000000000003.jpg", "imgid": 4,
  "split": "test", "cocoid": 3, "sentences": [
   {"tokens": ["a", "dog"], "raw": "A dog.", "imgid": 4, "sentid": 51}]}
 ], "dataset": "coco"}"""

SMALL = {
    "attention": {"name": "additive", "hidden_dim": 3},
    "cnn_channels": [4, 5],
    "embedding_dim": 3,
    "hidden_dim": 7,
}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Lay the official file and pictures of 12x8 pixels."""
    for place, names in {"train2014": (9,), "val2014": (4, 42, 17, 3)}.items():
        folder = tmp_path / "coco" / place
        folder.mkdir(parents=True)
        for name in names:
            pixels = np.random.default_rng(name).integers(0, 256, (8, 12, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"COCO_{place}_{name:012d}.jpg")
    (tmp_path / "coco" / "dataset_coco.json").write_text(KARPATHY)
    return tmp_path


@pytest.fixture
def train(root: Path) -> CaptionSplit:
    return open_captions("coco-captions", "train", root)


@pytest.fixture
def section(root: Path) -> dict[str, object]:
    """A task's settings: pictures end to end, words seen twice."""
    return {
        "data": "coco-captions",
        "root": str(root),
        "features": None,
        "word_minimum": 2,
        "tokeniser": "plain",
        "longest": 5,
        "model": SMALL,
    }
