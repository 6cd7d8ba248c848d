"""Pictures by their official names, from a folder or a zip archive, the same way."""

from __future__ import annotations

import io
import mmap
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from scanpath.errors import DataError, missing_extra

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})

#: Sizes of a zip member's local header, and where it tells the lengths of the name and of the extra field.
_LOCAL_HEADER, _LENGTHS = 30, struct.Struct("<HH")


class ImageSource(Protocol):
    """Pictures by name; safe to use in forked and spawned processes and in threads."""

    @property
    def names(self) -> Sequence[str]:
        """The file names, without folders, sorted."""
        ...

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a picture called ``name``."""
        ...

    def read_bytes(self, name: str) -> bytes:
        """Return the file as it is."""
        ...

    def read(self, name: str) -> npt.NDArray[np.uint8]:
        """Return the picture as red, green, blue, (H, W, 3)."""
        ...


def decode(data: bytes, described: str, mode: Literal["RGB", "L"] = "RGB") -> npt.NDArray[np.uint8]:
    """Decode an image file: (H, W, 3) for RGB, (H, W) for L.

    Args:
        data: the content of the file.
        described: how an error calls it.
        mode: what to convert the pixels to.

    Raises:
        DataError: the content is not a whole image.
    """
    return decode_as(data, described, lambda picture: np.asarray(picture.convert(mode), dtype=np.uint8))


def decode_as(data: bytes, described: str, convert: Callable[[Image], npt.NDArray[np.uint8]]) -> npt.NDArray[np.uint8]:
    """Do as :func:`decode`, with pixels as ``convert`` makes them of the opened image."""
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise missing_extra("pillow", purpose="reading pictures") from None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return convert(picture)
    except UnidentifiedImageError:  # its own sentence names a buffer in memory
        raise DataError(f"{described} is not a whole picture of a known format, such as PNG or JPEG.") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(f"{described} is not a whole picture ({error}): fetch or make it again.") from None


def encode_png(pixels: npt.NDArray[np.uint8], purpose: str, *, noisy: bool = False) -> bytes:
    """Encode a picture, (H, W, 3) or (H, W), as a PNG file.

    Args:
        pixels: the picture.
        purpose: what an error says if Pillow is missing.
        noisy: codes pixels one by one: noise has no repetitions worth searching for, so this is smaller and faster.
    """
    try:
        from PIL import Image
    except ImportError:
        raise missing_extra("pillow", purpose=purpose) from None
    stream = io.BytesIO()
    strategy = zlib.Z_HUFFMAN_ONLY if noisy else zlib.Z_DEFAULT_STRATEGY
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1, compress_type=strategy)
    return stream.getvalue()


class _Named:
    """Files found under their base names; what a folder and an archive share."""

    def __init__(self, path: Path, names: Iterable[str]) -> None:
        """Index the pictures among ``names``, paths inside ``path``."""
        self.path = path
        self._inside: dict[str, str] = {}
        for name in sorted(names):
            pure = PurePosixPath(name)
            if pure.suffix.lower() not in SUFFIXES or "__MACOSX" in pure.parts:
                continue
            if pure.name in self._inside:
                raise DataError(
                    f"{path} holds {pure.name!r} twice, as {self._inside[pure.name]} and {name}: "
                    "a picture's name must be unique; name one of the folders instead."
                )
            self._inside[pure.name] = name
        if not self._inside:
            raise DataError(f"{path} holds no pictures ({', '.join(sorted(SUFFIXES))}): check the path.")

    @property
    def names(self) -> Sequence[str]:
        return sorted(self._inside)

    def __contains__(self, name: object) -> bool:
        return name in self._inside

    def _find(self, name: str) -> str:
        try:
            return self._inside[name]
        except KeyError:
            raise DataError(f"{self.path} holds no picture called {name!r} among its {len(self._inside)}.") from None

    def read_bytes(self, name: str) -> bytes:
        raise NotImplementedError

    def read(self, name: str) -> npt.NDArray[np.uint8]:
        return decode(self.read_bytes(name), f"{name} in {self.path}")


class FolderImages(_Named):
    """Pictures in a folder or in folders below it."""

    def __init__(self, path: Path) -> None:
        """List the pictures under ``path``."""
        super().__init__(path, (file.relative_to(path).as_posix() for file in path.rglob("*.*")))

    def read_bytes(self, name: str) -> bytes:
        """Return the file as it is."""
        return (self.path / self._find(name)).read_bytes()


class ZipImages(_Named):
    """Pictures in a zip archive, found once and read from a memory map: no shared file position, no unpacking."""

    def __init__(self, path: Path) -> None:
        """Read the archive's directory."""
        try:
            with zipfile.ZipFile(path) as archive:
                members = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError) as error:
            raise DataError(f"{path} is not a whole zip archive ({error}): fetch or make it again.") from None
        super().__init__(path, members)
        self._places = {
            name: (members[inside].header_offset, members[inside].compress_size, members[inside].compress_type)
            for name, inside in self._inside.items()
        }
        self._map: mmap.mmap | None = None

    def __getstate__(self) -> Mapping[str, Any]:
        """Leave the memory map behind: another process opens its own."""
        return {**self.__dict__, "_map": None}

    def _mapped(self) -> mmap.mmap:
        if self._map is None:
            with self.path.open("rb") as stream:
                self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        return self._map

    def read_bytes(self, name: str) -> bytes:
        """Return the member's content."""
        self._find(name)
        try:
            return self._member(name)
        except (struct.error, zlib.error) as error:
            raise DataError(f"{name} in {self.path} is damaged ({error}): fetch or make the archive again.") from None

    def _member(self, name: str) -> bytes:
        header, size, method = self._places[name]
        mapped = self._mapped()
        name_length, extra_length = _LENGTHS.unpack_from(mapped, header + _LOCAL_HEADER - _LENGTHS.size)
        start = header + _LOCAL_HEADER + name_length + extra_length
        data = mapped[start : start + size]
        if method == zipfile.ZIP_STORED:
            return data
        if method == zipfile.ZIP_DEFLATED:
            return zlib.decompress(data, -zlib.MAX_WBITS)
        raise DataError(f"{name} in {self.path} is packed by method {method}: store or deflate the archive again.")


class JoinedImages:
    """Several sources as one, for data sets such as VQA-CP whose splits draw on two of them."""

    def __init__(self, sources: Sequence[ImageSource]) -> None:
        """Look names up in ``sources``, the first that has one wins."""
        self.sources = tuple(sources)

    @property
    def names(self) -> Sequence[str]:
        """The file names of all sources, sorted."""
        return sorted({name for source in self.sources for name in source.names})

    def __contains__(self, name: object) -> bool:
        """Tell whether a source has ``name``."""
        return any(name in source for source in self.sources)

    def _holder(self, name: str) -> ImageSource:
        return next((source for source in self.sources if name in source), self.sources[-1])

    def read_bytes(self, name: str) -> bytes:
        """Return the file as it is."""
        return self._holder(name).read_bytes(name)

    def read(self, name: str) -> npt.NDArray[np.uint8]:
        """Return the picture, (H, W, 3)."""
        return self._holder(name).read(name)


def open_images(path: Path | str) -> ImageSource:
    """Open a folder or a zip archive of pictures.

    Args:
        path: a folder (searched with the folders below it) or a zip archive, stored or deflated.

    Returns:
        the source; pictures are read when asked for.

    Raises:
        DataError: nothing is there, it holds no pictures, or two of them have one name.
    """
    path = Path(path)
    if path.is_dir():
        return FolderImages(path)
    if path.is_file():
        return ZipImages(path)
    raise DataError(f"{path} does not exist: expected a folder or a zip archive of pictures.")
