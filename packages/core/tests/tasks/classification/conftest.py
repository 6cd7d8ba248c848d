"""Digits in MNIST's files and faces in CelebA's: few enough to know every pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from scanpath.data.celeba_writing import write_celeba
from scanpath.testing.files.idx import write_mnist

DIGITS = {"train": 60, "test": 20}
SMILES = 23


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay digits of 13x11 pixels, with as many white rows as they say, and faces of 12x20, white where they smile."""
    root = tmp_path_factory.mktemp("labelled")
    for split, count in DIGITS.items():
        digits = np.arange(count, dtype=np.uint8) % 10
        images = np.zeros((count, 11, 13), dtype=np.uint8)
        for image, digit in zip(images, digits, strict=True):
            image[:digit] = 255
        write_mnist(root / "mnist", split, images, digits)
    smiles = np.arange(SMILES) % 2 == 1
    faces = np.zeros((SMILES, 20, 12, 3), dtype=np.uint8)
    faces[smiles] = 255
    values = np.stack([~smiles, smiles], axis=1)
    write_celeba(root / "celeba", faces, ["Young", "Smiling"], values, [number % 3 for number in range(SMILES)])
    return root
