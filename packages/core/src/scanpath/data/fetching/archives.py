"""Unpacking zip and tar archives that somebody else made: nothing of them is trusted.

Members are written one by one as plain new files, so that neither links nor owners, rights or devices ever leave the
archive. The caller gives an empty folder beside the place where the content is wanted and renames it there at the end.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from scanpath.data.fetching.members import Account, Limits
from scanpath.errors import DataError
from scanpath.progress import Bytes, silent

_BLOCK = 1 << 20
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PACKED_TAR: dict[bytes, Callable[[Path], IO[bytes]]] = {
    b"\x1f\x8b": cast("Callable[[Path], IO[bytes]]", gzip.open),
    b"BZh": cast("Callable[[Path], IO[bytes]]", bz2.open),
    b"\xfd7zXZ": cast("Callable[[Path], IO[bytes]]", lzma.open),
}
_TAR_MARK, _TAR_AT = b"ustar", 257
_LINKS = {tarfile.SYMTYPE: "a symbolic link", tarfile.LNKTYPE: "a hard link"}
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError,
)  # fmt: skip
_ENCRYPTED = 0x1


def unpack(
    archive: Path,
    folder: Path,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    strip: str = "",
    progress: Bytes = silent,
) -> int:
    """Unpack an archive into an empty folder.

    Args:
        archive: a zip, or a tar that may be packed with gzip, bzip2 or xz; its content tells which.
        folder: an empty folder.
        limits: what is too much.
        strip: the archive's own top folder, left away; every member must lie in it.
        progress: is told how far it is.

    Returns:
        the bytes of all files.

    Raises:
        ArchiveError: it is broken, of another kind, or holds what no data set needs. What was written by then is the
            caller's to delete.
        DataError: the disk is full, or Python cannot read how it is packed.
    """
    account = Account(archive, limits)
    place = _Place(folder, account, strip)
    with archive.open("rb") as stream:
        head = stream.read(_TAR_AT + len(_TAR_MARK))
    try:
        if head.startswith(_ZIP):
            _unzip(archive, place, progress)
        elif packing := next((way for mark, way in _PACKED_TAR.items() if head.startswith(mark)), None):
            with packing(archive) as packed:
                _untar(packed, place, progress)
        elif head[_TAR_AT:] == _TAR_MARK:
            with archive.open("rb") as plain:
                _untar(plain, place, progress)
        else:
            raise account.error(f"begins with {head[:12]!r}, neither a zip nor a tar", "it is another file")
    except DataError:
        raise
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DataError(
                f"{folder} has no space left for what {archive.name} holds: free some and run the same command again."
            ) from None
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):  # the latter: offsets that lie
            raise
        reason = str(error) or type(error).__name__
        raise account.error(f"is not a whole archive ({reason})", "it was cut or damaged") from None
    return account.size


class _Place:
    """The folder that is filled."""

    def __init__(self, folder: Path, account: Account, strip: str) -> None:
        self.folder = folder
        self.account = account
        self._strip = PurePosixPath(strip)

    def admit(self, name: str, *, folder: bool) -> Path:
        """Return where a member goes."""
        path = self.account.admit(name, folder=folder)
        try:
            return self.folder / path.relative_to(self._strip)
        except ValueError:
            raise self.account.error(f"holds {path} outside {self._strip}", "it is another archive") from None

    def write(self, path: Path, source: IO[bytes]) -> None:
        """Write a file that is not there yet."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            while block := source.read(_BLOCK):
                stream.write(block)


def _unzip(archive: Path, place: _Place, progress: Bytes) -> None:
    """Look at every member before the first is written."""
    account = place.account
    with zipfile.ZipFile(archive) as opened:
        members = opened.infolist()
        paths = [place.admit(_zip_name(info, account), folder=info.is_dir()) for info in members]
        for info in members:
            account.add(info.file_size)
        done = 0
        for info, path in zip(members, paths, strict=True):
            if info.is_dir():
                path.mkdir(parents=True, exist_ok=True)
                continue
            try:
                source = opened.open(info)
            except NotImplementedError:
                raise DataError(
                    f"{archive} packs {info.filename!r} by method {info.compress_type}, which Python cannot read: "
                    "unpack it into the folder of the data set with another program."
                ) from None
            with source:
                place.write(path, source)
            done += info.file_size
            progress(done, account.size)


def _zip_name(info: zipfile.ZipInfo, account: Account) -> str:
    """Return a member's name as it stands in the archive, if it is a plain file or a folder."""
    form = stat.S_IFMT(info.external_attr >> 16)
    if form == stat.S_IFLNK:
        raise account.error(f"holds a symbolic link, {info.filename!r}", "it could write elsewhere")
    if form not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise account.error(f"holds a device or a pipe, {info.filename!r}", "no data set needs one")
    if info.flag_bits & _ENCRYPTED:
        raise account.error(f"is encrypted ({info.filename!r})", "there is no password")
    return info.orig_filename


class _Counted:
    """A stream of a tar that is counted as it is unpacked, headers included."""

    def __init__(self, stream: IO[bytes], account: Account) -> None:
        self._stream = stream
        self._account = account
        self.position = 0

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self.position += len(block)
        self._account.add(len(block))
        return block


def _untar(stream: IO[bytes], place: _Place, progress: Bytes) -> None:
    """Go through the archive once, as it comes."""
    account = place.account
    counted = _Counted(stream, account)
    with tarfile.open(fileobj=cast("BinaryIO", counted), mode="r|") as opened:
        for info in opened:
            if info.type in _LINKS:
                raise account.error(f"holds {_LINKS[info.type]}, {info.name!r}", "it could write elsewhere")
            if not (info.isfile() or info.isdir()) or info.sparse is not None:
                raise account.error(f"holds a device, a pipe or a sparse file, {info.name!r}", "no data set needs one")
            path = place.admit(info.name, folder=info.isdir())
            if info.isdir():
                path.mkdir(parents=True, exist_ok=True)
                continue
            source = opened.extractfile(info)
            if source is None:  # of plain files it never is
                raise account.error(f"gives no content of {info.name!r}", "it was damaged")
            place.write(path, source)
            progress(counted.position, None)
        end = opened.offset
    while counted.read(_BLOCK):  # to the end, where gzip keeps its checksum
        pass
    if counted.position < end + tarfile.BLOCKSIZE:
        raise account.error("ends without the mark that ends a tar", "it was cut")
