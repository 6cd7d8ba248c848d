"""Making the drawn faces: in many processes, written in CelebA's form, put in place when all is whole."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scanpath.data.celeba import PARTS
from scanpath.data.celeba_writing import write_celeba_lists
from scanpath.data.images import encode_png
from scanpath.data.making import Progress, in_order, make_once
from scanpath.data.manifest import write_manifest
from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.faces.attributes import NAMES, attributes_of
from scanpath_attention_rnn.data.faces.drawing import draw_face
from scanpath_attention_rnn.data.faces.options import VERSION, FacesOptions
from scanpath_attention_rnn.data.faces.people import draw_person

NAME = "faces"
PICTURES, MASKS = "img_align_celeba.zip", "parts.zip"
#: Pictures a piece of work; it fixes how the checksum is put together, so it does not depend on the workers.
_PIECE = 200


class Work(NamedTuple):
    """The pictures ``start`` to ``stop - 1`` of a split."""

    options: FacesOptions
    split: str
    start: int
    stop: int


class Piece(NamedTuple):
    """Some pictures of a split, in order."""

    values: list[tuple[bool, ...]]
    """Their attributes."""
    pictures: list[bytes]
    """PNG files."""
    masks: list[bytes]
    """PNG files of label maps."""
    digest: str
    """SHA-256 of all pixels and attributes."""


def draw_piece(work: Work) -> Piece:
    """Draw some pictures: each is decided by seed, split and number alone."""
    piece, digest = Piece([], [], [], ""), hashlib.sha256()
    for index in range(work.start, work.stop):
        draws = Draws(work.options.seed, PARTS[work.split], index)
        person = draw_person(draws)
        picture, parts = draw_face(person, draws, work.options.side)
        piece.values.append(attributes_of(person))
        piece.pictures.append(encode_png(picture, "making faces", noisy=True))
        piece.masks.append(encode_png(parts, "making faces"))
        digest.update(picture.tobytes() + parts.tobytes() + bytes(piece.values[-1]))
    return piece._replace(digest=digest.hexdigest())


def make_faces(
    folder: Path, options: FacesOptions, *, workers: int | None = None, progress: Progress | None = None
) -> Path:
    """Make the data set, unless it is there already.

    Args:
        folder: where it goes.
        options: what its content depends on.
        workers: processes that draw; the result does not depend on it.
        progress: called with what is being done and how far it is.

    Raises:
        DataError: the folder holds something else, or was made with other options.
        MissingExtraError: Pillow is not installed.
    """
    facts = {**options.sizes, "seed": options.seed, "side": options.side}
    return make_once(
        folder, NAME, lambda part: _fill(part, options, facts, workers, progress), version=VERSION, options=facts
    )


def _fill(
    folder: Path, options: FacesOptions, facts: dict[str, int], workers: int | None, progress: Progress | None
) -> None:
    """Write every file as its pieces come in; files end in .png, since JPEG is not the same pixels everywhere."""
    work = [
        Work(options, split, start, min(start + _PIECE, count))
        for split, count in options.sizes.items()
        for start in range(0, count, _PIECE)
    ]
    content = hashlib.sha256(repr((VERSION, sorted(facts.items()))).encode())
    values: list[tuple[bool, ...]] = []
    parts: list[int] = []
    with _archives(folder) as archives:
        for one, piece in zip(work, in_order(draw_piece, work, workers), strict=True):
            for picture, mask in zip(piece.pictures, piece.masks, strict=True):
                parts.append(PARTS[one.split])
                for archive, data in zip(archives, (picture, mask), strict=True):
                    # A fixed date: equal content, equal file.
                    archive.writestr(zipfile.ZipInfo(_file(len(parts))), data)
            values += piece.values
            content.update(piece.digest.encode())
            if progress is not None:
                progress("drawing faces", len(parts), sum(options.sizes.values()))
    files = [_file(number) for number in range(1, len(parts) + 1)]
    write_celeba_lists(folder, files, NAMES, np.asarray(values), parts)
    counts = {split: (count, 0) for split, count in options.sizes.items()}
    write_manifest(folder, version=VERSION, options=facts, content=content.hexdigest(), counts={NAME: counts})


def _file(number: int) -> str:
    return f"{number:06d}.png"


@contextlib.contextmanager
def _archives(folder: Path) -> Iterator[tuple[zipfile.ZipFile, zipfile.ZipFile]]:
    with (
        zipfile.ZipFile(folder / PICTURES, "w", zipfile.ZIP_STORED) as pictures,
        zipfile.ZipFile(folder / MASKS, "w", zipfile.ZIP_STORED) as masks,
    ):
        yield pictures, masks
