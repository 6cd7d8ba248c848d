"""Which kind of bundle some files are: told by their endings, as those who gave them away named them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scanpath.errors import DataError
from scanpath.features.imports.h5 import H5
from scanpath.features.imports.npz import NPZ
from scanpath.features.imports.sources import Source
from scanpath.features.imports.texts import is_archive, is_text
from scanpath.features.imports.tsv import TSV

HDF5 = frozenset({".h5", ".hdf5", ".hdf", ".he5"})
PACKED = frozenset({".gz", ".bz2", ".xz", ".7z", ".rar"})


def open_bundle(paths: Sequence[Path], ids: Sequence[Path] = ()) -> Source:
    """Open files, or a folder of ``.npz``, as a bundle of features.

    Args:
        paths: all of one kind, in the order in which they are to be read.
        ids: tables of image ids, one a file, for HDF5 files that do not hold them.

    Raises:
        DataError: a path that is not there, several kinds at once, or none that is known.
        MissingExtraError: h5py is needed and not installed.
    """
    if not paths:
        raise DataError("no file was given: name a bundle of features.")
    for path in paths:
        if not path.exists():
            raise DataError(f"{path} does not exist: check the path.")
    if repeated := next((path for path in paths if [*paths].count(path) > 1), None):
        raise DataError(f"{repeated} was given twice: name each file once.")
    kinds = {_kind(path) for path in paths}
    if len(kinds) > 1:
        raise DataError(f"the files are of several kinds ({', '.join(sorted(kinds))}): import each kind by itself.")
    (kind,) = kinds
    if kind == "h5":
        return H5([*paths], ids)
    if ids:
        raise DataError(f"--ids was given for files of the kind {kind}, which hold their ids themselves: leave it out.")
    if kind == "tsv":
        return TSV([*paths])
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.glob("*.npz")))]
    if not files:
        raise DataError(f"{paths[0]} is a folder without .npz files: name the bundle's files.")
    return NPZ(files)


def _kind(path: Path) -> str:
    ending = path.suffix.lower()
    if path.is_dir() or ending == ".npz":
        return "npz"
    if ending in HDF5:
        return "h5"
    if ending in PACKED and not is_archive(path):
        raise DataError(f"{path} is packed in a way that is not read here: unpack it first, and name what was in it.")
    if is_archive(path) or is_text(path.name):
        return "tsv"
    raise DataError(
        f"{path} is no bundle that is known here: expected .tsv, a .zip, .tar or .tar.gz of such, .h5, .hdf5, "
        ".npz or a folder of .npz."
    )
