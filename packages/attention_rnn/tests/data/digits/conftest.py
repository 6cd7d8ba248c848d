"""Small data sets, small photographs, and where the real MNIST may be."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.images import encode_png
from scanpath_attention_rnn.data.digits.dataset import MREF, MBGInverse
from scanpath_attention_rnn.data.digits.digits import find_mnist

SIZES = {"train": 401, "val": 53, "test": 61}


@pytest.fixture(scope="session")
def real_mnist() -> Path:
    """The folder of the official files, where this machine has them: ``$SCANPATH_MNIST`` or beside the repository."""
    found = find_mnist(
        Path(os.environ.get("SCANPATH_MNIST") or Path(__file__).resolve().parents[6] / "shared/data"), None
    )
    if found is None:
        pytest.skip("the official files of MNIST are not here")
    return found


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three pictures, of 131x173, 211x113 and 41x53 pixels, one in a folder below it."""
    folder = tmp_path_factory.mktemp("photographs")
    (folder / "b").mkdir()
    draw = np.random.default_rng(3)
    for name, height, width in (("c.png", 131, 173), ("b/a.png", 211, 113), ("a.png", 41, 53)):
        pixels = draw.integers(0, 256, (height, width, 3), dtype=np.uint8)
        (folder / name).write_bytes(encode_png(pixels, "testing"))
    return folder


@pytest.fixture(scope="session")
def mref(tmp_path_factory: pytest.TempPathFactory) -> MREF:
    """MREF of 401 training, 53 validation and 61 test questions, of shipped digits, made by one process."""
    found = MREF(tmp_path_factory.mktemp("data"))
    found.make(workers=1, **SIZES)
    return found


@pytest.fixture(scope="session")
def inverse(tmp_path_factory: pytest.TempPathFactory, photographs: Path) -> MBGInverse:
    """MBG^inv of as many questions, on the photographs above."""
    found = MBGInverse(tmp_path_factory.mktemp("data"))
    found.make(workers=1, photographs=photographs, **SIZES)
    return found
