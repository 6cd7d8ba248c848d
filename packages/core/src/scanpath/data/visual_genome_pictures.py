"""The pictures of Visual Genome, which come in two parts; some of the official files are empty.

Source: Krishna et al., https://arxiv.org/abs/1602.07332; https://homes.cs.washington.edu/~ranjay/visualgenome/api.html.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterable
from pathlib import Path

from scanpath.data.images import SUFFIXES, ImageSource, JoinedImages, open_images
from scanpath.data.records import first_few
from scanpath.errors import DataError

PICTURES = (("VG_100K", "images.zip"), ("VG_100K_2", "images2.zip"))
"""The two parts of the pictures: a folder, or else the archive that it came in."""


def genome_pictures(folder: Path) -> tuple[ImageSource | None, list[int]]:
    """Open the pictures in ``folder``, both parts as one source.

    Returns:
        the source, None where a part is missing; the numbers of pictures whose files hold nothing, as some of the
        official ones do.

    Raises:
        DataError: a part is no whole archive, or holds no pictures.
    """
    places = [next((folder / one for one in part if (folder / one).exists()), None) for part in PICTURES]
    found = [place for place in places if place is not None]
    if len(found) < len(places):
        return None, []
    empty = [name for place in found for name, size in _sizes(place) if size == 0]
    return JoinedImages([open_images(place) for place in found]), sorted(int(name) for name in empty if name.isdigit())


def _sizes(place: Path) -> Iterable[tuple[str, int]]:
    """Tell stem and bytes of every picture of a folder or archive."""
    if place.is_dir():
        return [(path.stem, path.stat().st_size) for path in place.rglob("*.*") if path.suffix.lower() in SUFFIXES]
    try:
        with zipfile.ZipFile(place) as archive:
            members = [(Path(info.filename), info.file_size) for info in archive.infolist()]
    except (zipfile.BadZipFile, OSError) as error:
        raise DataError(f"{place} is not a whole zip archive ({error}): fetch it again.") from None
    return [(path.stem, size) for path, size in members if path.suffix.lower() in SUFFIXES]


def name_empty(numbers: Collection[int]) -> str:
    """Say which pictures are empty."""
    return (
        f"{len(numbers)} pictures of Visual Genome are empty files ({first_few(numbers)}): "
        "their questions are left out."
    )
