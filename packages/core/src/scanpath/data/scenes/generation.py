"""Making the generated world: all files in a folder beside the final one, which is put in place when it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scanpath.data.clevr_writing import Place, clevr_scene, write_scenes
from scanpath.data.making import Progress, make_once
from scanpath.data.manifest import write_manifest
from scanpath.data.scenes.answers import human_answers
from scanpath.data.scenes.captions import captions, coco_captions
from scanpath.data.scenes.clevr import scene_objects
from scanpath.data.scenes.layout import CP_POOL, CP_SPLITS, CP_VAL_ONE_IN, Layout, image_name, subtype
from scanpath.data.scenes.options import FIRST_IMAGE, VERSION, SceneOptions
from scanpath.data.scenes.painting import Piece, paint
from scanpath.data.scenes.pairing import complementary_pairs, deal_changing_priors
from scanpath.data.scenes.questions import Asked, ask
from scanpath.data.scenes.randomness import Draws
from scanpath.data.scenes.world import Scenes
from scanpath.data.split import VQAAnnotations, VQASplit, held_out, joined
from scanpath.data.vqa_writing import (
    write_annotations,
    write_complementary_pairs,
    write_cp_lists,
    write_questions,
)
from scanpath.errors import DataError
from scanpath.files import write_json
from scanpath.progress import silent

_DESCRIPTION = "Scanpath's generated scenes"

#: The first numbers of streams that belong to a whole split; streams of pictures begin with 0 to 2.
_ANSWERS, _CAPTIONS, _PRIORS = 200, 300, 400


class Written(NamedTuple):
    """A split on its way to the disk."""

    split: VQASplit
    confidences: list[tuple[str, ...]]


def make_scenes(
    folder: Path, options: SceneOptions, *, workers: int | None = None, progress: Progress | None = None
) -> Path:
    """Make the data set, unless it is there already.

    Args:
        folder: where it goes.
        options: what its content depends on.
        workers: processes that draw.
        progress: called with what is being done and how far it is.

    Raises:
        DataError: the folder holds something else, or scenes made with other options.
    """
    tell = progress or silent
    return make_once(
        folder,
        "scenes",
        lambda part: _fill(Layout(part), options, workers, tell),
        version=VERSION,
        options=options.to_json(),
    )


def _fill(layout: Layout, options: SceneOptions, workers: int | None, tell: Progress) -> None:
    """Write every file."""
    content = hashlib.sha256(repr((VERSION, sorted(options.to_json().items()))).encode())
    pieces = _write_pictures(layout, options, workers, tell)
    written: dict[str, Written] = {}
    for number, (split, of_split) in enumerate(pieces.items()):
        tell(f"asking and answering ({split})", number, len(pieces))
        written[split] = _write_split(layout, options, split, of_split)
        for piece in of_split:
            content.update(piece.digest.encode())
    tell("changing priors", len(pieces), len(pieces))
    changed = _write_changing_priors(layout, options, written)
    counts = {
        "scenes": {split: _counts(found.split) for split, found in written.items()},
        "scenes-cp": _cp_counts(changed),
    }
    for file in sorted(layout.folder.glob("*.json")):
        content.update(file.name.encode() + file.read_bytes())
    tell("checksums", len(pieces), len(pieces))
    write_manifest(
        layout.folder, version=VERSION, options=options.to_json(), content=content.hexdigest(), counts=counts
    )


def _counts(split: VQASplit) -> tuple[int, int]:
    return len(split.image_names), len(split)


def _cp_counts(dealt: dict[str, VQASplit]) -> dict[str, tuple[int, int]]:
    """Count as :func:`scanpath.data.scenes.reading.open_scenes_cp` opens them, with a val held out."""
    ids = dealt["train"].image_ids
    val = held_out(ids, one_in=CP_VAL_ONE_IN)
    parts = {"train": ids[~val], "val": ids[val], "test": dealt["test"].image_ids}
    return {split: (len(np.unique(of_split)), len(of_split)) for split, of_split in parts.items()}


def _write_pictures(
    layout: Layout, options: SceneOptions, workers: int | None, tell: Progress
) -> dict[str, list[Piece]]:
    """Write the archives; return the pieces by split, without the pictures."""
    total, done = sum(options.sizes.values()), 0
    pieces: dict[str, list[Piece]] = {split: [] for split in options.sizes}
    with contextlib.ExitStack() as stack:
        archives = {
            (kind, split): stack.enter_context(zipfile.ZipFile(path(split), "w", zipfile.ZIP_STORED))
            for kind, path in (("pictures", layout.images), ("masks", layout.masks))
            for split in options.sizes
        }
        for split, piece in paint(options, workers):
            start = sum(len(before.scenes) for before in pieces[split])
            for kind, files in (("pictures", piece.pictures), ("masks", piece.masks)):
                for index, data in enumerate(files, start=start):
                    name = image_name(subtype(split), FIRST_IMAGE[split] + index)
                    # A fixed date: equal content, equal file.
                    archives[kind, split].writestr(zipfile.ZipInfo(f"{subtype(split)}/{name}"), data)
            pieces[split].append(piece._replace(pictures=[], masks=[]))
            done += len(piece.scenes)
            tell("drawing pictures", done, total)
    return pieces


def _write_split(layout: Layout, options: SceneOptions, split: str, pieces: list[Piece]) -> Written:
    """Write all texts of one split."""
    number = list(options.sizes).index(split)
    scenes = Scenes.joined([piece.scenes for piece in pieces])
    outlines = [boxes for piece in pieces for boxes in piece.boxes]
    images = [(FIRST_IMAGE[split] + index, "") for index in range(len(scenes))]
    images = [(image, image_name(subtype(split), image)) for image, _ in images]
    asked = list(ask(scenes, options, number))
    texts, confidences = human_answers([one.answer for one in asked], Draws(options.seed, _ANSWERS + number))
    found = _as_split(split, asked, texts, images)
    write_questions(layout.questions(split), found, subtype(split), description=_DESCRIPTION)
    write_annotations(
        layout.annotations(split), found, subtype(split), description=_DESCRIPTION, confidences=confidences
    )
    ids = found.question_ids.tolist()
    pairs = complementary_pairs(found.questions, [one.answer for one in asked], ids)
    write_complementary_pairs(layout.pairs(split), pairs)
    grounding = [
        {"question_id": question, "image_id": image, "objects": list(one.objects)}
        for question, image, one in zip(ids, found.image_ids.tolist(), asked, strict=True)
    ]
    write_json(layout.grounding(split), {"info": {"split": subtype(split)}, "grounding": grounding})
    things = [scenes.things(index) for index in range(len(scenes))]
    described = [
        clevr_scene(
            scene_objects(things[index], outlines[index], options),
            Place(subtype(split), index, *images[index]),
            options.image_size,
        )
        for index in range(len(scenes))
    ]
    write_scenes(layout.scenes(split), subtype(split), described)
    draws = Draws(options.seed, _CAPTIONS + number)
    told = [captions(of_scene, options, draws) for of_scene in things]
    write_json(layout.captions(split), coco_captions(images, told, options))
    return Written(found, confidences)


def _as_split(split: str, asked: list[Asked], texts: list[tuple[str, ...]], images: list[tuple[int, str]]) -> VQASplit:
    """Put questions into columns; ids are ``image_id * 1000 + k``, as in VQA v2."""
    scenes = np.asarray([one.scene for one in asked], dtype=np.int64)
    image_ids = scenes + FIRST_IMAGE[split]
    places = np.arange(len(asked)) - np.searchsorted(scenes, scenes)
    return VQASplit(
        name=f"scenes/{split}",
        question_ids=image_ids * 1000 + places,
        image_ids=image_ids,
        questions=[one.text for one in asked],
        image_names=dict(images),
        annotations=VQAAnnotations(
            question_types=[one.question_type for one in asked],
            answer_types=[one.answer_type for one in asked],
            modal=[one.answer for one in asked],
            answers=texts,
        ),
    )


def _write_changing_priors(layout: Layout, options: SceneOptions, written: dict[str, Written]) -> dict[str, VQASplit]:
    """Deal the questions of train and val out anew and write them as VQA-CP's lists."""
    pool = joined("scenes-cp", [written[split].split for split in CP_POOL])
    confidences = [row for split in CP_POOL for row in written[split].confidences]
    origins = {image: subtype(split) for split in CP_POOL for image in written[split].split.image_names}
    if pool.annotations is None:
        raise DataError("scenes without answers cannot be dealt out by answers.")
    dealt = deal_changing_priors(pool.annotations, Draws(options.seed, _PRIORS))
    splits = {split: pool.take(dealt[split], f"scenes-cp/{split}") for split in CP_SPLITS}
    for split, found in splits.items():
        chosen = [confidences[row] for row in dealt[split]]
        write_cp_lists(layout.cp_questions(split), layout.cp_annotations(split), found, origins, chosen)
    return splits
