"""A writer of CelebA's lists and pictures, for tests and small data; read back by :mod:`scanpath.data.celeba`."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scanpath.errors import missing_extra
from scanpath.files import write_atomically


def write_celeba(
    folder: Path,
    pictures: npt.NDArray[np.uint8],
    names: Sequence[str],
    values: npt.NDArray[np.bool_],
    parts: Sequence[int],
) -> None:
    """Write the two lists and the folder ``img_align_celeba``.

    Args:
        folder: ``celeba``.
        pictures: (N, H, W, 3); the official ones are 218x178.
        names: of the attributes, 40 in the official list.
        values: (N, len(names)).
        parts: (N,), 0 for train, 1 for val, 2 for test.
    """
    files = [f"{number:06d}.jpg" for number in range(1, len(pictures) + 1)]
    write_celeba_lists(folder, files, names, values, parts)
    for file, pixels in zip(files, pictures, strict=True):
        write_atomically(folder / "img_align_celeba" / file, encode_jpeg(pixels, "writing CelebA's pictures"))


def write_celeba_lists(
    folder: Path,
    files: Sequence[str],
    names: Sequence[str],
    values: npt.NDArray[np.bool_],
    parts: Sequence[int],
) -> None:
    """Write the two lists alone, of pictures called ``files``; the other arguments as of :func:`write_celeba`."""
    lines = [
        f"{file} {' '.join(f'{1 if value else -1:2d}' for value in row)}"
        for file, row in zip(files, values, strict=True)
    ]
    attributes = [str(len(files)), " ".join(names) + " ", *lines, ""]
    write_atomically(folder / "list_attr_celeba.txt", "\n".join(attributes))
    partition = [f"{file} {part}" for file, part in zip(files, parts, strict=True)]
    write_atomically(folder / "list_eval_partition.txt", "\n".join([*partition, ""]))


def encode_jpeg(pixels: npt.NDArray[np.uint8], purpose: str) -> bytes:
    """Encode a picture, (H, W, 3), as a JPEG file; ``purpose`` is what an error says if Pillow is missing."""
    try:
        from PIL import Image
    except ImportError:
        raise missing_extra("pillow", purpose=purpose) from None
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=95)
    return stream.getvalue()
