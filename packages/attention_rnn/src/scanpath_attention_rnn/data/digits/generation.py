"""Making a data set of digits: drawn in many processes, written in CLEVR's form, put in place when all is whole."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scanpath.data.clevr_files import FIRST, CLEVRFiles
from scanpath.data.clevr_writing import Place, SceneObject, clevr_scene, write_clevr_questions, write_scenes
from scanpath.data.images import encode_png
from scanpath.data.making import Progress, in_order, make_once
from scanpath.data.manifest import write_manifest
from scanpath.files import write_json
from scanpath_attention_rnn.data.digits.options import VERSION, DigitsOptions, Variant
from scanpath_attention_rnn.data.digits.questions import INTERVALS, Asked, ask, interval, program
from scanpath_attention_rnn.data.digits.recipe import Drawn, Recipe, recipe_of
from scanpath_attention_rnn.data.digits.world import UNIT

#: Pictures a piece of work; it fixes how the checksum is put together, so it does not depend on the workers.
_PIECE = 100


class DigitsFiles(CLEVRFiles):
    """CLEVR's files, with archives in place of folders of pictures, and label maps and what they mean."""

    def images(self, split: str) -> Path:
        """Return the archive of pictures."""
        return self.folder / "images" / f"{split}.zip"

    def masks(self, split: str) -> Path:
        """Return the archive of label maps."""
        return self.folder / "masks" / f"{split}.zip"

    def grounding(self, split: str) -> Path:
        """Return which digit each question is about."""
        return self.folder / "grounding" / f"{self.prefix}_{split}_grounding.json"


class Work(NamedTuple):
    """The pictures ``start`` to ``stop - 1`` of a split."""

    recipe: Recipe
    split: str
    start: int
    stop: int


class Piece(NamedTuple):
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


def draw_piece(work: Work) -> Piece:
    """Draw some pictures and ask about them."""
    recipe, split = work.recipe, work.split
    variant, digest, piece = recipe.variant, hashlib.sha256(), Piece([], [], [], [], "")
    purpose, noisy = f"making {variant.name}", recipe.background in {"gaussian", "photographs"}
    files = DigitsFiles(Path(), variant.prefix)
    for index in range(work.start, work.stop):
        drawn = recipe.draw(split, index)
        digest.update(drawn.picture.tobytes() + drawn.labels.tobytes())
        place = Place(split, index, FIRST[split] + index, files.image_name(split, index))
        piece.scenes.append(_scene(drawn, place, variant.side))
        piece.questions.append(list(ask(drawn.digits, inverse=variant.inverse)))
        piece.pictures.append(encode_png(drawn.picture, purpose, noisy=noisy))
        piece.masks.append(encode_png(drawn.labels, purpose))
    return piece._replace(digest=digest.hexdigest())


def _scene(drawn: Drawn, place: Place, side: int) -> dict[str, Any]:
    """Describe a picture: a digit is a shape, the interval of its scale a size; its scale is added."""
    objects = [
        SceneObject(
            shape=str(one.label),
            color=one.color,
            size=INTERVALS[interval(one.scale)],
            x=one.x + len(one.pixels) / 2,
            y=one.y + len(one.pixels) / 2,
            bbox=one.box(),
        )
        for one in drawn.digits
    ]
    scene = clevr_scene(objects, place, side)
    for described, one in zip(scene["objects"], drawn.digits, strict=True):
        described["scale"] = one.scale / UNIT
    return scene


def make_digits(
    folder: Path,
    variant: Variant,
    options: DigitsOptions,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Make a data set, unless it is there already.

    Args:
        folder: where it goes; MNIST is looked for beside it.
        variant: which data set.
        options: what its content depends on.
        workers: processes that draw; the result does not depend on it.
        progress: called with what is being done and how far it is.

    Raises:
        DataError: the folder holds something else, or was made with other options; MNIST or the photographs are not
            where they are said to be.
        MissingExtraError: a library is not installed.
    """
    recipe, tell = recipe_of(variant, options, folder.parent), progress or _silent
    facts = {**options.sizes, **recipe.facts()}
    return make_once(
        folder,
        variant.name,
        lambda part: _fill(DigitsFiles(part, variant.prefix), recipe, options, facts, workers, tell),
        version=VERSION,
        options=facts,
    )


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def _fill(
    files: DigitsFiles,
    recipe: Recipe,
    options: DigitsOptions,
    facts: dict[str, Any],
    workers: int | None,
    tell: Progress,
) -> None:
    """Write every file, a split at a time as its pieces come in."""
    pictures = {split: recipe.pictures(split, count) for split, count in options.sizes.items()}
    work = [
        Work(recipe, split, start, min(start + _PIECE, count))
        for split, count in pictures.items()
        for start in range(0, count, _PIECE)
    ]
    content = hashlib.sha256(repr((VERSION, recipe.variant.name, sorted(facts.items()))).encode())
    pieces = zip(work, in_order(draw_piece, work, workers), strict=True)
    done, total = 0, sum(pictures.values())
    for split, count in pictures.items():
        drawn: list[Piece] = []
        for piece in _archived(files, split, count, pieces):
            content.update(piece.digest.encode())
            drawn.append(piece)
            done += len(piece.scenes)
            tell("drawing and asking", done, total)
        for path in _write_texts(files, split, drawn, options.sizes[split]):
            content.update(path.name.encode() + path.read_bytes())
    counts = {split: (count, options.sizes[split]) for split, count in pictures.items()}
    write_manifest(
        files.folder, version=VERSION, options=facts, content=content.hexdigest(), counts={recipe.variant.name: counts}
    )


def _archived(files: DigitsFiles, split: str, count: int, pieces: Iterator[tuple[Work, Piece]]) -> Iterator[Piece]:
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


def _write_texts(files: DigitsFiles, split: str, pieces: list[Piece], count: int) -> list[Path]:
    """Write scenes, the first ``count`` questions and what they are about; return the files."""
    scenes = [scene for piece in pieces for scene in piece.scenes]
    of_pictures = (asked for piece in pieces for asked in piece.questions)
    asked = ((scene, one) for scene, all_of_it in zip(scenes, of_pictures, strict=True) for one in all_of_it)
    questions: list[dict[str, Any]] = []
    grounding: list[dict[str, Any]] = []
    for number, (scene, one) in enumerate(itertools.islice(asked, count), start=FIRST[split]):
        grounding.append({"question_id": number, "image_id": scene["image_id"], "objects": [one.place]})
        questions.append(
            {
                "image_index": scene["image_index"],
                "image_filename": scene["image_filename"],
                "question": one.text,
                "answer": one.answer,
                "question_family_index": one.interval,
                "program": program(one.text),
            }
        )
    write_clevr_questions(files.questions(split), split, questions)
    write_scenes(files.scenes(split), split, scenes)
    write_json(files.grounding(split), {"info": {"split": split}, "grounding": grounding})
    return [files.questions(split), files.scenes(split), files.grounding(split)]
