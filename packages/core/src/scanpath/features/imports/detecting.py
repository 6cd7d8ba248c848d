"""Which kind of bundle some files are: told by their endings, as those who gave them away named them."""

from __future__ import annotations

from collections import Counter
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
    """Open files, or folders of ``.npz`` or ``.tsv``, as a bundle of features.

    Args:
        paths: all of one kind, in the order in which they are to be read; those of a folder go by their names.
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
    files = [file for path in paths for file in _files(path)]
    if repeated := next((file for file, times in Counter(files).items() if times > 1), None):
        raise DataError(f"{repeated} was given twice: name each file once.")
    kinds = {_kind(file) for file in files}
    if len(kinds) > 1:
        raise DataError(f"the files are of several kinds ({', '.join(sorted(kinds))}): import each kind by itself.")
    (kind,) = kinds
    if kind == "h5":
        return H5(files, ids)
    if ids:
        raise DataError(f"--ids was given for files of the kind {kind}, which hold their ids themselves: leave it out.")
    return TSV(files) if kind == "tsv" else NPZ(files)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.npz")) or sorted(file for file in path.iterdir() if is_text(file.name))
    if not found:
        raise DataError(f"{path} is a folder without .npz or .tsv files: name the bundle's files.")
    return found


def _kind(path: Path) -> str:
    ending = path.suffix.lower()
    if ending == ".npz":
        return "npz"
    if ending in HDF5:
        return "h5"
    if ending in PACKED and not is_archive(path):
        raise DataError(f"{path} is packed in a way that is not read here: unpack it first, and name what was in it.")
    if is_archive(path) or is_text(path.name):
        return "tsv"
    raise DataError(
        f"{path} is no bundle that is known here: expected .tsv, a .zip, .tar or .tar.gz of such, .h5, .hdf5, "
        ".npz, or a folder of .npz or .tsv."
    )
