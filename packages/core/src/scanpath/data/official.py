"""Files whose makers published a checksum: whether one is there, whole, and theirs."""

from __future__ import annotations

import functools
import gzip
import hashlib
import zlib
from pathlib import Path

from scanpath.errors import DataError


def read_whole(path: Path, remedy: str) -> bytes:
    """Read a file, unpacked if its name ends in ``.gz``.

    Args:
        path: the file.
        remedy: what an error says to do.

    Raises:
        DataError: it is missing, may not be read, or its packing is broken.
    """
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except FileNotFoundError:
        raise DataError(f"{path} does not exist: {remedy}.") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is not a whole gzip file ({error}): {remedy}.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check the path and its permissions.") from None


def first_there(*places: Path) -> Path:
    """Return the first folder that is there, of those where people have one data set; else the first of all."""
    return next((place for place in places if place.is_dir()), places[0])


def md5(data: bytes | memoryview) -> str:
    """Return the MD5 of a content, which tells accidents apart, not attacks: the makers published no other."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@functools.cache
def _file_md5(path: Path, size: int, modified: int) -> str:  # noqa: ARG001 - a file written anew is read anew
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def file_md5(path: Path) -> str:
    """Return the MD5 of a file, read in blocks, once as long as it stays the same."""
    known = path.stat()
    return _file_md5(path, known.st_size, known.st_mtime_ns)


def compare(path: Path, found: str, official: str, *, like_official: bool, remedy: str) -> tuple[str, ...]:
    """Tell whether a file is the official one.

    A file as long as the official one is meant to be it and must be equal; any other is somebody's own in the same
    form, which is read and told.

    Args:
        path: the file, for the sentence.
        found: its MD5, or that of what it unpacks to.
        official: the published one.
        like_official: it holds as many entries as the official one.
        remedy: what the error says to do.

    Returns:
        the remark that it is another file; nothing for the official one.

    Raises:
        DataError: it holds as many entries as the official one but is another file.
    """
    if found == official:
        return ()
    if like_official:
        raise DataError(
            f"{path} has as many entries as the official file, but the MD5 {found} where that has {official}: {remedy}."
        )
    return (f"{path} is not the official file (its MD5 is {found}, that of the official one {official}).",)
