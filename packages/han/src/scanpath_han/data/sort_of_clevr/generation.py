"""Making Sort-of-CLEVR: pieces drawn in many processes, written in CLEVR's form, put in place when all is whole."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scanpath.data.clevr_files import FIRST, CLEVRFiles
from scanpath.data.clevr_writing import Place, SceneObject, clevr_scene, write_clevr_questions, write_scenes
from scanpath.data.images import encode_png
from scanpath.data.making import Progress, in_order, make_once
from scanpath.data.manifest import write_manifest
from scanpath.data.scenes.clevr import boxes
from scanpath.files import write_json
from scanpath_han.data.sort_of_clevr.options import NAME, VERSION, SortOfCLEVROptions
from scanpath_han.data.sort_of_clevr.questions import Asked, ask, program
from scanpath_han.data.sort_of_clevr.world import COLORS, IMAGE_SIZE, draw_picture, draw_things, picture_draws

PREFIX = "SortOfCLEVR"
"""What the names of its files begin with, where CLEVR's begin with ``CLEVR``."""

#: Pictures a piece of work; it fixes how the checksum is put together, so it does not depend on the workers.
_PIECE = 200


class SortOfCLEVRFiles(CLEVRFiles):
    """CLEVR's files, with archives in place of folders of pictures, and label maps and what they mean."""

    def images(self, split: str) -> Path:
        """Return the archive of pictures."""
        return self.folder / "images" / f"{split}.zip"

    def masks(self, split: str) -> Path:
        """Return the archive of label maps."""
        return self.folder / "masks" / f"{split}.zip"

    def grounding(self, split: str) -> Path:
        """Return which objects each question is about."""
        return self.folder / "grounding" / f"{self.prefix}_{split}_grounding.json"


def files_in(folder: Path) -> SortOfCLEVRFiles:
    """Name the files of the data set in ``folder``."""
    return SortOfCLEVRFiles(folder, PREFIX)


class Work(NamedTuple):
    """The pictures ``start`` to ``stop - 1`` of a split."""

    options: SortOfCLEVROptions
    split: str
    start: int
    stop: int


class Piece(NamedTuple):
    """Some pictures of a split, in order."""

    objects: list[list[SceneObject]]
    questions: list[list[Asked]]
    pictures: list[bytes]
    """PNG files."""
    masks: list[bytes]
    """PNG files of label maps."""
    digest: str
    """SHA-256 of the pixels of pictures and label maps."""


def draw_piece(work: Work) -> Piece:
    """Draw some pictures and ask about them."""
    digest = hashlib.sha256()
    piece = Piece([], [], [], [], "")
    for index in range(work.start, work.stop):
        draws = picture_draws(work.options, work.split, index)
        things = draw_things(draws)
        picture, labels = draw_picture(things)
        digest.update(picture.tobytes() + labels.tobytes())
        piece.objects.append(
            [
                SceneObject(thing.shape, color, "small", thing.x + 0.5, thing.y + 0.5, box)
                for thing, color, box in zip(things, COLORS, boxes(labels, len(things)), strict=True)
            ]
        )
        piece.questions.append(list(ask(things, draws, work.options.questions)))
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
    tell = progress or _silent
    return make_once(
        folder,
        NAME,
        lambda part: _fill(files_in(part), options, workers, tell),
        version=VERSION,
        options=options.to_json(),
    )


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def _fill(files: SortOfCLEVRFiles, options: SortOfCLEVROptions, workers: int | None, tell: Progress) -> None:
    """Write every file, a split at a time as its pieces come in."""
    work = [
        Work(options, split, start, min(start + _PIECE, count))
        for split, count in options.sizes.items()
        for start in range(0, count, _PIECE)
    ]
    content = hashlib.sha256(repr((VERSION, sorted(options.to_json().items()))).encode())
    total = sum(options.sizes.values())
    pieces = zip(work, in_order(draw_piece, work, workers), strict=True)
    done = 0
    for split, count in options.sizes.items():
        drawn: list[Piece] = []
        for piece in _archived(files, split, count, pieces):
            content.update(piece.digest.encode())
            drawn.append(piece)
            done += len(piece.objects)
            tell("drawing and asking", done, total)
        for path in _write_texts(files, split, drawn):
            content.update(path.name.encode() + path.read_bytes())
    counts = {split: (count, 2 * options.questions * count) for split, count in options.sizes.items()}
    write_manifest(
        files.folder, version=VERSION, options=options.to_json(), content=content.hexdigest(), counts={NAME: counts}
    )


def _archived(files: SortOfCLEVRFiles, split: str, count: int, pieces: Iterator[tuple[Work, Piece]]) -> Iterator[Piece]:
    """Write the archives of one split; give its pieces without the pictures."""
    with contextlib.ExitStack() as stack:
        archives = []
        for path in (files.images(split), files.masks(split)):
            path.parent.mkdir(exist_ok=True)
            archives.append(stack.enter_context(zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)))
        for work, piece in pieces:
            for archive, drawn in zip(archives, (piece.pictures, piece.masks), strict=True):
                for index, data in enumerate(drawn, start=work.start):
                    # A fixed date: equal content, equal file.
                    archive.writestr(zipfile.ZipInfo(f"{split}/{files.image_name(split, index)}"), data)
            yield piece._replace(pictures=[], masks=[])
            if work.stop == count:
                return


def _write_texts(files: SortOfCLEVRFiles, split: str, pieces: list[Piece]) -> list[Path]:
    """Write questions, scenes and what the questions are about; return the files."""
    scenes: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = []
    grounding: list[dict[str, Any]] = []
    pictures = (
        (objects, asked) for piece in pieces for objects, asked in zip(piece.objects, piece.questions, strict=True)
    )
    for index, (objects, asked) in enumerate(pictures):
        image_id, name = FIRST[split] + index, files.image_name(split, index)
        scenes.append(clevr_scene(objects, Place(split, index, image_id, name), IMAGE_SIZE))
        for one in asked:
            question_id = FIRST[split] + len(questions)
            grounding.append({"question_id": question_id, "image_id": image_id, "objects": list(one.objects)})
            questions.append(
                {
                    "image_index": index,
                    "image_filename": name,
                    "question": one.text,
                    "answer": one.answer,
                    "question_family_index": one.family,
                    "program": program(one.family, one.color),
                }
            )
    write_clevr_questions(files.questions(split), split, questions)
    write_scenes(files.scenes(split), split, scenes)
    write_json(files.grounding(split), {"info": {"split": split}, "grounding": grounding})
    return [files.questions(split), files.scenes(split), files.grounding(split)]
