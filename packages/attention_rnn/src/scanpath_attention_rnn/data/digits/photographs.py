"""Photographs to lie behind digits: those of a folder, or the few that scikit-image brings along."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from pathlib import Path
from typing import NamedTuple

from scanpath.data.images import SUFFIXES, decode
from scanpath.errors import DataError, MissingExtraError
from scanpath_attention_rnn.data.digits.digits import Pixels

SHIPPED = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "motorcycle_left.png",
    "retina.jpg",
    "rocket.jpg",
)
"""The photographs in colour inside scikit-image's wheel: what else it has is grey, drawn, or fetched when asked for."""
SHIPPED_SOURCE = "of scikit-image"

_KEPT = 16
"""Decoded photographs that a process keeps."""


class Photographs(NamedTuple):
    """The photographs of a folder."""

    folder: Path
    names: tuple[str, ...]
    """Their paths from there, sorted."""
    source: str
    """What an error and the manifest call them."""

    def read(self, number: int) -> Pixels:
        """Return a photograph, (H, W, 3)."""
        return _read(self.folder / self.names[number])

    def facts(self) -> str:
        """Return how many there are, whence, and a SHA-256 of their names and sizes, for the manifest.

        Their bytes, 37 GB of SUN397, are not read.
        """
        known = "".join(f"{name}\n{(self.folder / name).stat().st_size}\n" for name in self.names)
        return f"{len(self.names):,} {self.source}, sha256 {hashlib.sha256(known.encode()).hexdigest()}"


@functools.lru_cache(maxsize=_KEPT)
def _read(path: Path) -> Pixels:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"the photograph {path} cannot be read ({error.strerror}): was it moved?") from None
    return decode(data, f"the photograph {path}")


@functools.cache
def list_photographs(folder: Path | None) -> Photographs:
    """List the photographs of a folder and of those below it, or those of scikit-image; once a process.

    Args:
        folder: holds them; None takes scikit-image's, which is looked for and not imported.

    Raises:
        DataError: it is no folder, or holds none.
        MissingExtraError: scikit-image is not installed.
    """
    if folder is None:
        return _shipped()
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder of photographs: check the path, or leave the option photographs away.")
    names = tuple(
        sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*.*")
            if path.suffix.lower() in SUFFIXES and path.is_file()
        )
    )
    if not names:
        raise DataError(
            f"{folder} holds no photograph ({', '.join(sorted(SUFFIXES))}): check the path, or leave the option "
            "photographs away and run pip install 'scanpath-attention-rnn[photographs]'."
        )
    return Photographs(folder, names, f"of {folder.name}")


def _shipped() -> Photographs:
    found = importlib.util.find_spec("skimage")
    if found is None or found.origin is None:
        raise MissingExtraError(
            "digits on photographs need those of 'scikit-image', which is not installed: run pip install "
            "'scanpath-attention-rnn[photographs]', or name a folder of your own (photographs=FOLDER)."
        )
    folder = Path(found.origin).parent / "data"
    lacking = [name for name in SHIPPED if not (folder / name).is_file()]
    if lacking:
        raise DataError(
            f"this scikit-image brings no {lacking[0]} along ({folder}): run pip install "
            "'scanpath-attention-rnn[photographs]', or name a folder of your own (photographs=FOLDER)."
        )
    return Photographs(folder, SHIPPED, SHIPPED_SOURCE)
