"""Opening the generated world through the readers of the official formats."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from scanpath.data.captions import CaptionSplit, read_captions
from scanpath.data.grounding import Grounding, GroundingFiles
from scanpath.data.images import JoinedImages, open_images
from scanpath.data.manifest import read_manifest
from scanpath.data.scenes.layout import CP_POOL, CP_VAL_ONE_IN, Layout, image_name, subtype
from scanpath.data.split import VQASplit, held_out
from scanpath.data.vqa import read_split
from scanpath.data.vqacp import read_cp_split


def _grounding_files(layout: Layout, split: str) -> GroundingFiles:
    return GroundingFiles(layout.grounding(split), layout.scenes(split), layout.masks(split))


def open_scenes(folder: Path, split: str) -> VQASplit:
    """Open ``"train"``, ``"val"`` or ``"test"`` of the balanced questions.

    Raises:
        DataError: there is no finished data set in ``folder``, or a file of it is broken.
    """
    read_manifest(folder, "scenes")
    layout = Layout(folder)
    found = read_split(
        layout.questions(split),
        layout.annotations(split),
        open_images(layout.images(split)),
        name=f"scenes/{split}",
        image_name=image_name,
    )
    return replace(found, grounding=Grounding([_grounding_files(layout, split)]))


def open_scenes_cp(folder: Path, split: str) -> VQASplit:
    """Open ``"train"``, ``"val"`` or ``"test"`` of the questions with changing priors.

    ``val`` is one training picture in ten and has the priors of train, so that nothing of test chooses a checkpoint.

    Raises:
        DataError: there is no finished data set in ``folder``, or a file of it is broken.
    """
    read_manifest(folder, "scenes")
    layout = Layout(folder)
    listed = "test" if split == "test" else "train"
    found = read_cp_split(
        layout.cp_questions(listed),
        layout.cp_annotations(listed),
        JoinedImages([open_images(layout.images(origin)) for origin in CP_POOL]),
        name=f"scenes-cp/{split}",
        image_name=image_name,
        origins=[subtype(origin) for origin in CP_POOL],
    )
    found = replace(found, grounding=Grounding([_grounding_files(layout, origin) for origin in CP_POOL]))
    if listed == "test":
        return found
    chosen = held_out(found.image_ids, one_in=CP_VAL_ONE_IN)
    return found.take(np.flatnonzero(chosen if split == "val" else ~chosen))


def open_scenes_captions(folder: Path, split: str) -> CaptionSplit:
    """Open what is told of the pictures of ``"train"``, ``"val"`` or ``"test"``.

    Raises:
        DataError: there is no finished data set in ``folder``, or a file of it is broken.
    """
    read_manifest(folder, "scenes")
    layout = Layout(folder)
    return read_captions(layout.captions(split), open_images(layout.images(split)), name=f"scenes-captions/{split}")
