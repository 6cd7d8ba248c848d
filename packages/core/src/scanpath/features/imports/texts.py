"""Text files on the disk, in a zip or in a tar, read as streams: nothing is unpacked to the disk or held in memory.

A tar may be packed with gzip. Members of a zip must be deflated or stored: other methods could fill the memory with
what a few bytes unpack to. What an archive may unpack to has the limits of ``scanpath.data.fetching.members``.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, NamedTuple, cast

from scanpath.data.fetching.members import Account, Limits
from scanpath.errors import DataError

_BLOCK = 2**20
_HEADERS = 2**20
"""Bytes between two members of a tar: names of them are kept in memory."""
_TRIED = 2**24
"""Unpacked bytes from which the length of the rest is judged."""
_TSV = re.compile(r"\.tsv(\.\d+)?$", re.IGNORECASE)
_MARK = b"\x1f\x8b"
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


class Text(NamedTuple):
    """A text file, wherever it lies."""

    name: str
    """In words: "x.tsv", "x.tsv in trainval_36.zip"."""
    bytes: int
    open: Callable[[int], BinaryIO]
    """Is given how many bytes to leave out; those of one archive are opened in their order."""


def is_text(name: str) -> bool:
    """Tell a TSV by its name; the parts of one are named ``.tsv.0``, ``.tsv.1``."""
    path = PurePosixPath(name)
    ours = not path.name.startswith("._") and "__MACOSX" not in path.parts  # what macOS packs besides
    return ours and bool(_TSV.search(path.name))


def is_archive(path: Path) -> bool:
    """Tell an archive that :func:`texts` looks into by its name."""
    return path.suffix.lower() in {".zip", ".tar", ".tgz"} or path.name.lower().endswith(".tar.gz")


def texts(path: Path, others: Callable[[str], None] = lambda _name: None) -> Iterator[Text]:
    """Give the text files of a path, in the order in which they lie there.

    Args:
        path: a text file or an archive.
        others: is told the name of every file of an archive that is no text.

    Raises:
        DataError: an archive is broken, holds no text file, or may be a bomb.
    """
    if not is_archive(path):
        yield Text(path.name, path.stat().st_size, lambda skip: _plain(path, skip))
        return
    found, foreign = 0, list[str]()
    with _told(path):
        for text in _zipped(path, foreign.append) if path.suffix.lower() == ".zip" else _tarred(path, foreign.append):
            found += 1
            yield text
    if not found:
        held = f" ({', '.join(foreign[:3])})" if foreign else ""
        raise DataError(f"{path} holds no .tsv{held}: unpack it, and name the files in it that are a bundle.")
    for name in foreign:
        others(name)


def unpacked_bytes(path: Path) -> int:
    """Return about how long the text files of a path are: exactly on the disk and in a zip.

    Raises:
        DataError: an archive is broken.
    """
    size = path.stat().st_size
    if path.suffix.lower() == ".zip":
        return sum(text.bytes for text in texts(path))
    if not is_archive(path) or not _is_gzip(path):
        return size
    with _told(path), path.open("rb") as packed, gzip.open(packed) as stream:
        tried = len(stream.read(_TRIED))
        return tried if tried < _TRIED else size * tried // packed.tell()


def _plain(path: Path, skip: int) -> BinaryIO:
    stream = path.open("rb")
    stream.seek(skip)
    return stream


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_MARK)) == _MARK


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of a broken archive that it is one."""
    try:
        yield
    except DataError:
        raise
    except _BROKEN as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(f"{path} is no whole archive ({reason}): it was cut or damaged; fetch it again.") from None


class _Member(io.RawIOBase):
    """A member as a stream whose errors are sentences."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream = stream
        self._path = path

    def readable(self) -> bool:
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]  # what a buffer gives
        with _told(self._path):
            content = self._stream.read(len(target))
        target[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _member(stream: IO[bytes], path: Path, skip: int) -> BinaryIO:
    """Leave bytes out by unpacking them, so that a zip's checksum is compared at the end."""
    opened = io.BufferedReader(_Member(stream, path), _BLOCK)
    while skip and (block := opened.read(min(skip, _BLOCK))):
        skip -= len(block)
    return opened


def _zipped(path: Path, others: Callable[[str], None]) -> Iterator[Text]:
    account = Account(path, Limits())
    with zipfile.ZipFile(path) as archive:
        members = []
        for info in archive.infolist():
            if is_text(info.filename) and not info.is_dir():
                account.admit(info.filename, folder=False)
                account.add(info.file_size)
                members.append(info)
            elif not info.is_dir():
                others(info.filename)
        for info in members:
            if info.flag_bits & _ENCRYPTED:
                raise DataError(f"{path} is encrypted ({info.filename}): unpack it with its password first.")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise DataError(
                    f"{path} packs {info.filename} by method {info.compress_type}, which is not read here: unpack it "
                    "first, and name the files that were in it."
                )
        for info in members:
            yield Text(
                f"{info.filename} in {path.name}",
                info.file_size,
                lambda skip, info=info: _member(archive.open(info), path, skip),  # type: ignore[misc]  # info is bound
            )


class _Counted:
    """The bytes of a tar; all are counted, and what lies between two members must be short."""

    def __init__(self, stream: IO[bytes], account: Account) -> None:
        self._stream = stream
        self._account = account
        self._until = _HEADERS
        self.position = 0

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self.position += len(block)
        self._account.add(len(block))
        if self.position > self._until + 2 * _BLOCK:  # of which the last ones may be read ahead
            raise self._account.error(f"has more than {_HEADERS:,} bytes between two files", "it may be a bomb")
        return block

    def expect(self, until: int) -> None:
        """Let so much be read before the next member is there."""
        self._until = until + _HEADERS


def _tarred(path: Path, others: Callable[[str], None]) -> Iterator[Text]:
    account = Account(path, Limits())
    with (gzip.open if _is_gzip(path) else open)(path, "rb") as stream:
        counted = _Counted(cast("IO[bytes]", stream), account)
        with tarfile.open(fileobj=cast("BinaryIO", counted), mode="r|", bufsize=_BLOCK) as archive:
            for info in archive:
                counted.expect(info.offset_data + info.size)
                if info.isdir():
                    continue
                if not is_text(info.name):
                    others(info.name)
                    continue
                content = archive.extractfile(info) if info.isfile() and info.sparse is None else None
                if content is None:
                    raise account.error(
                        f"holds {info.name!r} as a link, a device or a sparse file", "it has no content"
                    )
                account.admit(info.name, folder=False)
                yield Text(f"{info.name} in {path.name}", info.size, _opener(content, path))
            end = archive.offset
        counted.expect(account.limits.size)  # what fills the last record up
        while counted.read(_BLOCK):  # to the end, where gzip keeps its checksum
            pass
        if counted.position < end + tarfile.BLOCKSIZE:
            raise account.error("ends without the mark that ends a tar", "it was cut")


def _opener(content: IO[bytes], path: Path) -> Callable[[int], BinaryIO]:
    return lambda skip: _member(content, path, skip)
