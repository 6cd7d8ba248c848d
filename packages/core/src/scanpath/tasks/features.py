"""How a recipe of any task names its features: a backbone, a paper's preset of one, or a folder of stores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from scanpath.errors import UnknownNameError
from scanpath.features.backbones import SMALLEST_PICTURE, check_name, list_extractors
from scanpath.features.preprocessing import Preprocessing, find_preset

LEARNT_ON_SCENES = ("scenes_boxes", "scenes_cnn", "scenes_cnn_layers")
"""Extractors that ship with the core."""
PRESET = "preset:"
"""In front of a paper's name (``scanpath features extract --preset``)."""


def is_folder(features: str) -> bool:
    """Tell a folder of stores from a backbone's name: it has a separator, or it is there."""
    return "/" in features or "\\" in features or Path(features).is_dir()


def backbone_of(features: str) -> tuple[str, int | None]:
    """Read a backbone's name and the size of its pictures: ``resnet101@320`` is ``("resnet101", 320)``."""
    if features.startswith(PRESET):
        preset = find_preset(features.removeprefix(PRESET))
        return preset.backbone, preset.size
    name, _, size = features.partition("@")
    return name, int(size) if size else None


def preprocessing_of(features: str) -> Preprocessing | None:
    """Return how a preset brings pictures to the backbone's size; None is the backbone's own way."""
    return find_preset(features.removeprefix(PRESET)).preprocessing if features.startswith(PRESET) else None


def _features(given: str) -> str:
    if is_folder(given):
        return given
    name, at, size = given.partition("@")
    try:
        if given.startswith(PRESET):
            find_preset(given.removeprefix(PRESET))
            return given
        check_name(name, list_extractors())
    except UnknownNameError as error:
        raise ValueError(str(error).removesuffix(".")) from None
    if at and not (size.isdecimal() and int(size) >= SMALLEST_PICTURE):
        raise ValueError(
            f"{given!r} asks {name} for pictures of {size or 'no'} pixels, expected at least {SMALLEST_PICTURE}"
        )
    return given


Features = Annotated[str, AfterValidator(_features)]
"""A backbone's name or a folder of stores; ``resnet101@320`` gives the backbone pictures of 320x320 pixels, and
``preset:reviewnet`` is the backbone, size and crop of a paper."""


def foreign_features(features: str | None, data: str) -> list[str]:
    """Say that features which were learnt on Scenes are used on other pictures; an empty list where they are not."""
    if features is None or is_folder(features) or data.startswith("scenes"):
        return []
    name, _ = backbone_of(features)
    if name not in LEARNT_ON_SCENES:
        return []
    sentence = (
        f"the features are of {name}, which has seen drawn scenes only: for {data} name another network, such as "
        "task.features=resnet101@448, or a folder of stores."
    )
    return [sentence]
