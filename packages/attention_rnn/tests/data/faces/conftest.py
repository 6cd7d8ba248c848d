"""A few drawn faces on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath_attention_rnn.data.faces import Faces

SIZES = {"train": 19, "val": 11, "test": 7, "side": 32}


@pytest.fixture(scope="session")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a data set of 19, 11 and 7 faces of 32 x 32 pixels, made by one process."""
    root = tmp_path_factory.mktemp("faces")
    Faces(root).make(workers=1, **SIZES)
    return root
