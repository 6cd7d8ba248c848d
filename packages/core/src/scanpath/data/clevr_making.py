"""Making a data set in CLEVR's form of drawn pieces: archives of pictures and of label maps, and texts, as they come.

A data set draws and asks by itself; here is what becomes of it on the disk, and what its checksum is made from.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from scanpath.data.clevr_files import FIRST, CLEVRFiles
from scanpath.data.clevr_writing import write_clevr_questions, write_scenes
from scanpath.data.making import Progress
from scanpath.files import write_json
from scanpath.progress import silent

Source = TypeVar("Source")
Asked = TypeVar("Asked")


class PackedFiles(CLEVRFiles):
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


class Work(NamedTuple, Generic[Source]):
    """The pictures ``start`` to ``stop - 1`` of a split."""

    source: Source
    """What they are drawn from."""
    split: str
    start: int
    stop: int


class Piece(NamedTuple, Generic[Asked]):
    """Some pictures of a split, in order."""

    scenes: list[dict[str, Any]]
    """Of each picture, as a scenes file has them."""
    questions: list[list[Asked]]
    """Of each picture."""
    pictures: list[bytes]
    """PNG files."""
    masks: list[bytes]
    """PNG files of label maps."""
    digest: str
    """SHA-256 of the pixels of pictures and label maps."""


class Entry(NamedTuple):
    """A question as the files have it."""

    question: str
    answer: str
    family: int
    program: list[dict[str, Any]]
    objects: Sequence[int]
    """Their places in the scene."""


class Written(NamedTuple):
    """What the manifest tells of the files."""

    content: str
    """Checksum of what it was made from, of pixels and texts."""
    counts: dict[str, tuple[int, int]]
    """Pictures and questions of each split."""


def list_work(source: Source, pictures: Mapping[str, int], size: int) -> list[Work[Source]]:
    """Cut so many pictures of each split into pieces of ``size``, on which the checksum depends."""
    return [
        Work(source, split, start, min(start + size, count))
        for split, count in pictures.items()
        for start in range(0, count, size)
    ]


def write_pieces(
    files: PackedFiles,
    work: Sequence[Work[Any]],
    pieces: Iterable[Piece[Asked]],
    entry: Callable[[Asked], Entry],
    *,
    made_from: object,
    most: Mapping[str, int] | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write every file but the manifest, a split at a time as its pieces come in.

    Args:
        files: where they go.
        work: of all splits, one after the other.
        pieces: what came of it, in the same order.
        entry: writes a question.
        made_from: all that the content depends on; its ``repr`` begins the checksum.
        most: questions of each split, the first ones; None takes all.
        progress: called with what is being done and how far it is.
    """
    tell, content = progress or silent, hashlib.sha256(repr(made_from).encode())
    counts: dict[str, tuple[int, int]] = {}
    done, total = 0, sum(one.stop - one.start for one in work)
    for split, of_split in itertools.groupby(zip(work, pieces, strict=True), key=lambda pair: pair[0].split):
        drawn: list[Piece[Asked]] = []
        for piece in _archived(files, split, of_split):
            content.update(piece.digest.encode())
            drawn.append(piece)
            done += len(piece.scenes)
            tell("drawing and asking", done, total)
        counts[split] = _write_texts(files, split, drawn, entry, None if most is None else most[split])
        for path in (files.questions(split), files.scenes(split), files.grounding(split)):
            content.update(path.name.encode() + path.read_bytes())
    return Written(content.hexdigest(), counts)


def _archived(
    files: PackedFiles, split: str, pieces: Iterable[tuple[Work[Any], Piece[Asked]]]
) -> Iterator[Piece[Asked]]:
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


def _write_texts(
    files: PackedFiles, split: str, pieces: list[Piece[Asked]], entry: Callable[[Asked], Entry], most: int | None
) -> tuple[int, int]:
    """Write scenes, the first questions and what they are about; count scenes and questions."""
    scenes = [scene for piece in pieces for scene in piece.scenes]
    of_pictures = (asked for piece in pieces for asked in piece.questions)
    asked = ((scene, one) for scene, all_of_it in zip(scenes, of_pictures, strict=True) for one in all_of_it)
    questions: list[dict[str, Any]] = []
    grounding: list[dict[str, Any]] = []
    for number, (scene, one) in enumerate(itertools.islice(asked, most), start=FIRST[split]):
        told = entry(one)
        grounding.append({"question_id": number, "image_id": scene["image_id"], "objects": list(told.objects)})
        questions.append(
            {
                "image_index": scene["image_index"],
                "image_filename": scene["image_filename"],
                "question": told.question,
                "answer": told.answer,
                "question_family_index": told.family,
                "program": told.program,
            }
        )
    write_clevr_questions(files.questions(split), split, questions)
    write_scenes(files.scenes(split), split, scenes)
    write_json(files.grounding(split), {"info": {"split": split}, "grounding": grounding})
    return len(scenes), len(questions)
