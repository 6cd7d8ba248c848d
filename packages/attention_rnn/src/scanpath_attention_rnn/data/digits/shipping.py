"""Choosing the digits that are shipped: ``python -m scanpath_attention_rnn.data.digits.shipping MNIST``.

``MNIST`` is the folder of the four official files. Of each label, 300 are drawn by a seed and laid side by side, in the
order they have in the files, on one sheet.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from scanpath.data.images import encode_png
from scanpath.data.scenes.randomness import Draws
from scanpath.files import write_atomically
from scanpath_attention_rnn.data.digits.digits import (
    LABELS,
    SHEET,
    SHEET_COLUMNS,
    SHIPPED,
    SIDE,
    Pixels,
    Pool,
    find_mnist,
    read_pool,
)

SEED = 20190526
"""The day the paper appeared."""


def choose(pool: Pool) -> list[int]:
    """Draw the places of the digits that are shipped, 300 of each label, in the order of the pool."""
    chosen: list[int] = []
    for label in range(LABELS):
        draws, of_label = Draws(SEED, label), set[int]()
        while len(of_label) < SHIPPED:
            of_label.add(pool.draw(label, draws))
        chosen += sorted(of_label)
    return chosen


def sheet(images: Pixels) -> Pixels:
    """Lay digits (N, 28, 28) side by side, 60 in a row: (28 N / 60, 28 * 60)."""
    cells = images.reshape(-1, SHEET_COLUMNS, SIDE, SIDE).swapaxes(1, 2)  # (rows, 28, columns, 28)
    return np.ascontiguousarray(cells).reshape(-1, SHEET_COLUMNS * SIDE)


def main(arguments: list[str]) -> None:
    """Write the sheet anew."""
    if len(arguments) != 1:
        sys.exit("usage: python -m scanpath_attention_rnn.data.digits.shipping MNIST")
    pool = read_pool(find_mnist(Path.cwd(), arguments[0]))
    pixels = sheet(pool.images[choose(pool)])
    write_atomically(Path(str(SHEET)), encode_png(pixels, "shipping digits"))


if __name__ == "__main__":
    main(sys.argv[1:])
