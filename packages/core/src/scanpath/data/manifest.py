"""The manifest of a finished data set: what it was made from, what it holds, and a checksum of every file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scanpath.errors import DataError
from scanpath.files import read_json, sha256, write_json

NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What stands in ``manifest.json``."""

    version: int
    """Raised by the maker whenever equal options give other content."""
    options: Mapping[str, Any]
    content: str
    """Checksum of pixels and texts; equal on any platform, unlike that of compressed files."""
    counts: Mapping[str, Mapping[str, tuple[int, int]]]
    """Pictures and questions by data set and split."""
    files: Mapping[str, tuple[int, str]]
    """Bytes and SHA-256 by the path inside the folder."""


def write_manifest(
    folder: Path,
    *,
    version: int,
    options: Mapping[str, Any],
    content: str,
    counts: Mapping[str, Mapping[str, tuple[int, int]]],
) -> None:
    """Write the manifest of a filled folder; it is the last file to come."""
    files = {
        file.relative_to(folder).as_posix(): (file.stat().st_size, sha256(file))
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    write_json(folder / NAME, asdict(Manifest(version, options, content, counts, files)), indent=1)


def read_manifest(folder: Path, made: str) -> Manifest:
    """Read the manifest and check that every file is there in its full size.

    Args:
        folder: where the data set lies.
        made: what ``scanpath data make`` calls it.

    Raises:
        DataError: there is no finished data set, or a file is missing or cut short.
    """
    again = f"run scanpath data make {made}"
    if not (folder / NAME).is_file():
        raise DataError(f"there is no finished data set in {folder}: {again}.")
    value = read_json(folder / NAME)
    try:
        manifest = Manifest(
            version=value["version"],
            options=value["options"],
            content=value["content"],
            counts={name: {split: tuple(two) for split, two in of.items()} for name, of in value["counts"].items()},
            files={name: (int(size), str(digest)) for name, (size, digest) in value["files"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DataError(f"{folder / NAME} is not a manifest of {made}: delete the folder and {again}.") from None
    for name, (size, _) in manifest.files.items():
        path = folder / name
        found = path.stat().st_size if path.is_file() else None
        if found != size:
            state = "is missing" if found is None else f"has {found} bytes, expected {size}"
            raise DataError(f"{path} {state}: delete the folder and {again}.")
    return manifest


def damaged_files(folder: Path, made: str) -> list[str]:
    """Compare every file with its checksum; return the names of those that differ."""
    files = read_manifest(folder, made).files
    return [name for name, (_, digest) in files.items() if sha256(folder / name) != digest]
