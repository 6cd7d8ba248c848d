"""Making Sort-of-CLEVR: pieces drawn in many processes, written in CLEVR's form, put in place when all is whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

from scanpath.data.clevr_files import FIRST
from scanpath.data.clevr_making import Entry, PackedFiles, Piece, Work, list_work, write_pieces
from scanpath.data.clevr_writing import Place, SceneObject, clevr_scene
from scanpath.data.images import encode_png
from scanpath.data.making import Progress, in_order, make_once
from scanpath.data.manifest import write_manifest
from scanpath.data.scenes.clevr import boxes
from scanpath_han.data.sort_of_clevr.options import NAME, VERSION, SortOfCLEVROptions
from scanpath_han.data.sort_of_clevr.questions import Asked, ask, program
from scanpath_han.data.sort_of_clevr.world import COLORS, IMAGE_SIZE, draw_picture, draw_things, picture_draws

PREFIX = "SortOfCLEVR"
"""What the names of its files begin with, where CLEVR's begin with ``CLEVR``."""

#: Pictures a piece of work; it fixes how the checksum is put together, so it does not depend on the workers.
_PIECE = 200


def files_in(folder: Path) -> PackedFiles:
    """Name the files of the data set in ``folder``."""
    return PackedFiles(folder, PREFIX)


def draw_piece(work: Work[SortOfCLEVROptions]) -> Piece[Asked]:
    """Draw some pictures and ask about them."""
    digest, files = hashlib.sha256(), files_in(Path())
    options, split, piece = work.source, work.split, Piece[Asked]([], [], [], [], "")
    for index in range(work.start, work.stop):
        draws = picture_draws(options, split, index)
        things = draw_things(draws)
        picture, labels = draw_picture(things)
        digest.update(picture.tobytes() + labels.tobytes())
        objects = [
            SceneObject(thing.shape, color, "small", thing.x + 0.5, thing.y + 0.5, box)
            for thing, color, box in zip(things, COLORS, boxes(labels, len(things)), strict=True)
        ]
        place = Place(split, index, FIRST[split] + index, files.image_name(split, index))
        piece.scenes.append(clevr_scene(objects, place, IMAGE_SIZE))
        piece.questions.append(list(ask(things, draws, options.questions)))
        piece.pictures.append(encode_png(picture, "making Sort-of-CLEVR"))
        piece.masks.append(encode_png(labels, "making Sort-of-CLEVR"))
    return piece._replace(digest=digest.hexdigest())


def make_sort_of_clevr(
    folder: Path, options: SortOfCLEVROptions, *, workers: int | None = None, progress: Progress | None = None
) -> Path:
    """Make the data set, unless it is there already.

    Args:
        folder: where it goes.
        options: what its content depends on.
        workers: processes that draw; the result does not depend on it.
        progress: called with what is being done and how far it is.

    Raises:
        DataError: the folder holds something else, or was made with other options.
    """
    return make_once(
        folder,
        NAME,
        lambda part: _fill(files_in(part), options, workers, progress),
        version=VERSION,
        options=options.to_json(),
    )


def _fill(files: PackedFiles, options: SortOfCLEVROptions, workers: int | None, progress: Progress | None) -> None:
    """Write every file."""
    work, facts = list_work(options, options.sizes, _PIECE), options.to_json()
    pieces = in_order(draw_piece, work, workers)
    made_from = VERSION, sorted(facts.items())
    written = write_pieces(files, work, pieces, _entry, made_from=made_from, progress=progress)
    write_manifest(files.folder, version=VERSION, options=facts, content=written.content, counts={NAME: written.counts})


def _entry(asked: Asked) -> Entry:
    return Entry(asked.text, asked.answer, asked.family, program(asked.family, asked.color), asked.objects)
