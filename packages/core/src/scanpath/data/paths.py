"""Pictures by their path inside a folder, and whether a file is a whole picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from scanpath.data.images import decode
from scanpath.errors import DataError, missing_extra

#: What a whole file of a format ends with; behind it may stand what some cameras append.
_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}


class PathImages:
    """Pictures called by their paths from a folder, ``"cats/001.jpg"`` (a :class:`scanpath.data.images.ImageSource`).

    Two pictures in different folders may have one name.
    """

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        """Know the pictures ``names``; a path that leaves the folder is refused."""
        self.folder = folder
        self._names = frozenset(names)
        for name in self._names:
            check_inside(name, str(folder))

    @property
    def names(self) -> Sequence[str]:
        """The relative paths, sorted."""
        return sorted(self._names)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a picture called ``name``."""
        return name in self._names

    def read_bytes(self, name: str) -> bytes:
        """Return the file as it is."""
        if name not in self._names:
            raise DataError(f"{self.folder} holds no picture called {name!r} among its {len(self._names)}.")
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise DataError(f"{self.folder / name} cannot be read ({error.strerror}): was it moved?") from None

    def read(self, name: str) -> npt.NDArray[np.uint8]:
        """Return the picture, (H, W, 3)."""
        return decode(self.read_bytes(name), str(self.folder / name))


def check_inside(name: str, place: str) -> None:
    """Raise a :class:`DataError` if the relative path ``name`` leads out of the folder that ``place`` calls."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or Path(name).is_absolute():
        raise DataError(
            f"the picture {name!r} is not inside {place}: write its path from there, with '/' and without '..'."
        )


def flaw(path: Path) -> str:
    """Say what is wrong with a picture file, or nothing: it is empty, of no known format, or cut short.

    A file that ends as its format does is taken as whole, and is not decoded: this reads a few hundred bytes.
    """
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise missing_extra("pillow", purpose="reading pictures") from None
    try:
        if not path.stat().st_size:
            return "is empty"
        with Image.open(path) as picture:
            end = _ENDS.get(picture.format or "")
            if end and _tail(path, len(end)) == end:
                return ""
            picture.load()
    except UnidentifiedImageError:
        return "is no picture of a known format"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return f"is not a whole picture ({' '.join(str(error).split())[:80]})"
    return ""


def _tail(path: Path, count: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(-min(count, path.stat().st_size), 2)
        return stream.read()
