"""Which reader a file of word vectors takes, and which text of an archive."""

from __future__ import annotations

import contextlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from scanpath.data.word_vectors.arrays import read_npz, width_of_npz
from scanpath.data.word_vectors.gathering import WordVectors
from scanpath.data.word_vectors.text import read_text, text_dim
from scanpath.errors import DataError

TEXTS = (".txt", ".vec")
KNOWN = (*TEXTS, ".zip", ".npz")


def read_word_vectors(path: Path, words: Sequence[str], *, dim: int | None = None) -> WordVectors:
    """Pick the vectors of ``words`` out of a file, in memory for these words alone.

    Args:
        path: text (``.txt``, ``.vec``), such a text in a ``.zip`` archive, or an ``.npz`` of words and vectors.
        words: wanted, each once.
        dim: how many numbers a vector is to have, by which one of an archive's texts is chosen; None takes any.

    Raises:
        DataError: the file is missing, damaged or another one (the sentence names the line), or has none of the words.
    """
    with _told(path):
        if _ending(path) == ".npz":
            found = read_npz(path, words, dim)
        else:
            with _text(path, dim) as (stream, origin):
                found = read_text(stream, origin, words, dim)
    if not found.found.any():
        raise DataError(
            f"{found.origin} has a vector for none of the {len(words):,} words, such as {words[0]!r}: give vectors of "
            "lower-case words in the questions' language."
        )
    return found


def width_of_vectors(path: Path, *, dim: int | None = None) -> int:
    """Return D, the numbers of a vector, from the beginning of a file; arguments and errors as of reading it."""
    with _told(path):
        if _ending(path) == ".npz":
            return width_of_npz(path, dim)
        with _text(path, dim) as (stream, origin):
            return text_dim(stream, origin, dim)


def _ending(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in KNOWN:
        raise DataError(
            f"{path} is no file of word vectors that is known here ({', '.join(KNOWN)}), and pickles, such as .pt, are "
            "never loaded: give GloVe's own text or zip."
        )
    return suffix


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in one sentence what the system or an archive has against being read."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}): check the path.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{path} is no whole archive that can be read ({error}): fetch it again.") from None


@contextlib.contextmanager
def _text(path: Path, dim: int | None) -> Iterator[tuple[IO[bytes], str]]:
    """Open a text, or the one of an archive that fits; give it with what to call it."""
    if path.suffix.lower() != ".zip":
        with path.open("rb") as stream:
            yield stream, str(path)
        return
    with zipfile.ZipFile(path) as archive:
        name = _chosen(archive, path, dim)
        with archive.open(name) as member:
            yield member, f"{name} of {path}"


def _chosen(archive: zipfile.ZipFile, path: Path, dim: int | None) -> str:
    """Name the text of an archive that has vectors of ``dim`` numbers, or its only one."""
    names = [name for name in archive.namelist() if name.lower().endswith(TEXTS) and not name.startswith("__MACOSX/")]
    if not names:
        raise DataError(f"{path} holds no text of word vectors ({' or '.join(TEXTS)}): give the archive of GloVe.")
    if len(names) == 1:
        return names[0]
    widths = {}
    for name in names:
        with archive.open(name) as stream:
            widths[name] = text_dim(stream, f"{name} of {path}")
    fitting = [name for name, width in widths.items() if width == dim]
    if len(fitting) != 1:
        has = ", ".join(f"{name} ({width})" for name, width in widths.items())
        told = "no dim was given" if dim is None else f"{len(fitting)} of them have the {dim} numbers asked for"
        raise DataError(f"{path} holds {has}, and {told}: choose one by its numbers with dim.")
    return fitting[0]
