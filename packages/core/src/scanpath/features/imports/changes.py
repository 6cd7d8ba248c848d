"""Whether a bundle is still what a store was made of: told by its files' times, and by samples where these differ.

A checksum of 25 GB would take a minute of every call. Times tell for nothing that nobody has written to the files;
copying them changes the times alone, which the samples tell, and other features differ in every sample.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from scanpath.errors import DataError

BLOCK = 2**12
BLOCKS = 256
"""Samples of a bundle, dealt out to its files; a bundle of one file of up to a megabyte is read whole."""


def written(files: list[Path]) -> str:
    """Return a checksum of when the files were last written to."""
    times = " ".join(str(file.stat().st_mtime_ns) for file in files)
    return hashlib.sha256(times.encode()).hexdigest()


def sampled(files: list[Path]) -> str:
    """Return a checksum of blocks of the files, evenly spaced from the first to the last.

    Of many files it is the last block alone: where a zip, and so an ``.npz``, keeps checksums of all that it holds.

    Raises:
        DataError: a file cannot be read.
    """
    each = max(1, BLOCKS // len(files))
    digest = hashlib.sha256()
    for file in files:
        try:
            with file.open("rb") as stream:
                last = max(0, file.stat().st_size - BLOCK)
                for number in range(each):
                    stream.seek(last * number // (each - 1) if each > 1 else last)
                    digest.update(stream.read(BLOCK))
        except OSError as error:
            raise DataError(f"{file} cannot be read ({error.strerror}): check the path and its permissions.") from None
    return digest.hexdigest()
