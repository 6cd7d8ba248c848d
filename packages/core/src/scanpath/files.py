"""Files that are never half written, and folders that are known."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import platformdirs

from scanpath.errors import DataError


def data_home() -> Path:
    """Return the folder that holds the data sets: ``$SCANPATH_DATA``, else the platform's user cache."""
    return Path(os.environ.get("SCANPATH_DATA") or Path(platformdirs.user_cache_dir("scanpath")) / "data")


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # Windows opens no folders
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)  # Windows syncs what may be written
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def opened_atomically(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside ``path`` to write, renamed there at the end: a kill leaves the old file or the new, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write ``content`` beside ``path`` and rename it there: a kill leaves the old file or the new, whole."""
    with opened_atomically(path) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def folder_written_atomically(path: Path) -> Iterator[Path]:
    """Give a folder beside ``path`` to fill; on success it takes the place of ``path``, on failure it is removed.

    Between the two renames a kill can leave neither name in place; :func:`recover_folder` then puts the old one back.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    part.mkdir()
    old = _old(path)
    try:
        yield part
        for file in (*part.rglob("*"), part):
            _sync(file)
        _restore(path)
        shutil.rmtree(old, ignore_errors=True)
        if path.exists():
            path.rename(old)
        part.rename(path)
        _sync(path.parent)
        shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        _restore(path)
        shutil.rmtree(part, ignore_errors=True)
        raise


def _old(path: Path) -> Path:
    """Name the place where the last whole folder waits while a new one takes its name."""
    return path.with_name(f".{path.name}.old")


def _restore(path: Path) -> None:
    """Give ``path`` back to the folder that had to leave it for a successor that never came."""
    if _old(path).exists() and not path.exists():
        _old(path).rename(path)


def whole_folder(path: Path) -> Path:
    """Return where the last whole folder of this name lies now, for one who reads while another may be writing.

    Unlike :func:`recover_folder` it changes nothing.
    """
    return _old(path) if _old(path).exists() and not path.exists() else path


def recover_folder(path: Path) -> None:
    """Undo what a kill inside :func:`folder_written_atomically` left: restore the old folder, drop the parts.

    Only for the one who writes: a part may be another process's work in progress.
    """
    _restore(path)
    shutil.rmtree(_old(path), ignore_errors=True)
    for part in path.parent.glob(f".{path.name}.*.part"):
        shutil.rmtree(part, ignore_errors=True)


class _NoNumberError(ValueError):
    """A NaN or an infinity, which Python would read where JSON has none."""


def refuse_constant(name: str) -> NoReturn:
    """Raise a :class:`_NoNumberError`; what a JSON decoder asks for ``NaN``, ``Infinity`` and ``-Infinity``."""
    raise _NoNumberError(name)


def read_json(path: Path, *, object_hook: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """Read a JSON file; a missing or broken one is an error that names the file and the place.

    Args:
        path: the file.
        object_hook: replaces each object while the file is parsed, so that big files need little memory.
    """
    try:
        return json.loads(path.read_bytes(), object_hook=object_hook, parse_constant=refuse_constant)
    except FileNotFoundError:
        raise DataError(f"{path} does not exist: check the path.") from None
    except IsADirectoryError:
        raise DataError(f"{path} is a folder, expected a JSON file: name the file inside it.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check the path and its permissions.") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not text, expected JSON: is it the right file, or still compressed?") from None
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path} is not valid JSON at line {error.lineno}, column {error.colno} ({error.msg}): "
            "the file may be cut short; fetch or write it again."
        ) from None
    except _NoNumberError as error:
        raise DataError(f"{path} has the value {error}, which is no JSON: mend it or write it again.") from None
    except ValueError as error:
        if "digits" not in str(error):  # the hook's own
            raise
        raise DataError(f"{path} has a number of thousands of digits: is it the right file?") from None
    except RecursionError:
        raise DataError(f"{path} has lists or objects within each other to no end: is it the right file?") from None


def write_json(path: Path, value: Any, *, indent: int | None = None) -> None:
    """Write ``value`` as JSON, atomically; NaN and infinities are refused."""
    write_atomically(path, json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False) + "\n")


def write_json_list(
    path: Path, entries: Iterable[Any], *, key: str = "", beside: Mapping[str, Any] | None = None
) -> None:
    """Write a list as :func:`write_json` does, entry by entry, so that a long one needs little memory.

    Args:
        path: the file.
        entries: what the list holds.
        key: where the list stands, behind ``beside``; a bare list has none.
        beside: what else the object holds.
    """
    first = json.dumps({**(beside or {}), key: []}, ensure_ascii=False, allow_nan=False)[:-2] if key else "["
    with opened_atomically(path) as stream:
        stream.write(first.encode())
        for number, entry in enumerate(entries):
            text = json.dumps(entry, ensure_ascii=False, allow_nan=False)
            stream.write((f", {text}" if number else text).encode())
        stream.write(b"]}\n" if key else b"]\n")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal, reading it in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
