"""Small files of word vectors in the layouts of the large ones: for tests, and to try a recipe without GloVe."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scanpath.files import write_atomically

Vectors = Mapping[str, Sequence[float]] | Mapping[str, npt.NDArray[np.float32]]


def drawn_vectors(words: Sequence[str], dim: int, seed: int = 0) -> dict[str, npt.NDArray[np.float32]]:
    """Draw a vector for each word, with the spread of GloVe's: about 0.4."""
    drawn = np.random.default_rng(seed).normal(scale=0.4, size=(len(words), dim)).astype(np.float32)
    return dict(zip(words, drawn, strict=True))


def write_word_vectors(path: Path, vectors: Vectors) -> Path:
    """Write vectors as the path's ending says: ``.txt``, ``.vec`` with fastText's first line, ``.zip`` or ``.npz``."""
    if path.suffix == ".npz":
        stream = io.BytesIO()
        np.savez(
            stream, words=np.asarray(list(vectors), dtype=np.str_), vectors=np.stack([*map(_array, vectors.values())])
        )
        write_atomically(path, stream.getvalue())
    elif path.suffix == ".zip":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{path.stem}.txt", as_text(vectors))
        write_atomically(path, stream.getvalue())
    else:
        width = len(next(iter(vectors.values())))
        first = f"{len(vectors)} {width}\n" if path.suffix == ".vec" else ""
        write_atomically(path, first + as_text(vectors))
    return path


def as_text(vectors: Vectors) -> str:
    """Write a token and its numbers a line; what is read back as fp32 is the same."""
    return "".join(f"{word} {' '.join(map(str, _array(one).tolist()))}\n" for word, one in vectors.items())


def _array(vector: Sequence[float] | npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(vector, dtype=np.float32)
