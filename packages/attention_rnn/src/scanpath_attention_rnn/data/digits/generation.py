"""Making a data set of digits: drawn in many processes, written in CLEVR's form, put in place when all is whole."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from scanpath.data.clevr_files import FIRST
from scanpath.data.clevr_making import Entry, PackedFiles, Piece, Work, list_work, write_pieces
from scanpath.data.clevr_writing import Place, SceneObject, clevr_scene
from scanpath.data.images import encode_png
from scanpath.data.making import Progress, in_order, make_once
from scanpath.data.manifest import write_manifest
from scanpath_attention_rnn.data.digits.options import VERSION, DigitsOptions, Variant
from scanpath_attention_rnn.data.digits.questions import INTERVALS, Asked, ask, interval, program
from scanpath_attention_rnn.data.digits.recipe import Drawn, Recipe, recipe_of
from scanpath_attention_rnn.data.digits.world import UNIT

#: Pictures a piece of work; it fixes how the checksum is put together, so it does not depend on the workers.
_PIECE = 100


DigitsFiles = PackedFiles
"""The files of a data set of digits."""


def draw_piece(work: Work[Recipe]) -> Piece[Asked]:
    """Draw some pictures and ask about them."""
    recipe, split = work.source, work.split
    variant, digest, piece = recipe.variant, hashlib.sha256(), Piece[Asked]([], [], [], [], "")
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
    recipe = recipe_of(variant, options, folder.parent)
    facts = {**options.sizes, **recipe.facts()}
    return make_once(
        folder,
        variant.name,
        lambda part: _fill(DigitsFiles(part, variant.prefix), recipe, options, facts, workers, progress),
        version=VERSION,
        options=facts,
    )


def _fill(
    files: DigitsFiles,
    recipe: Recipe,
    options: DigitsOptions,
    facts: dict[str, Any],
    workers: int | None,
    progress: Progress | None,
) -> None:
    """Write every file; as many questions are asked as the options say."""
    pictures = {split: recipe.pictures(split, count) for split, count in options.sizes.items()}
    work, name = list_work(recipe, pictures, _PIECE), recipe.variant.name
    written = write_pieces(
        files,
        work,
        in_order(draw_piece, work, workers),
        _entry,
        made_from=(VERSION, name, sorted(facts.items())),
        most=options.sizes,
        progress=progress,
    )
    write_manifest(files.folder, version=VERSION, options=facts, content=written.content, counts={name: written.counts})


def _entry(asked: Asked) -> Entry:
    return Entry(asked.text, asked.answer, asked.interval, program(asked.text), [asked.place])
