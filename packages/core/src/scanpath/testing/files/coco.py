"""Writers of COCO's captions, in the official form and in that of Karpathy's split."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scanpath.data.captions import CaptionSplit
from scanpath.data.coco import PICTURES
from scanpath.data.vqa import coco_name
from scanpath.errors import DataError
from scanpath.files import write_json


def write_captions(path: Path, split: CaptionSplit, *, side: int = 64) -> None:
    """Write ``captions_<subtype>.json``; every picture is said to be ``side`` pixels high and wide."""
    columns = zip(split.caption_ids.tolist(), split.caption_images.tolist(), split.captions, strict=True)
    value = {
        "info": {"description": split.name, "version": "1.0", "year": 2026},
        "licenses": [],
        "images": [
            {"id": image, "file_name": split.image_names[image], "height": side, "width": side, "license": 0}
            for image in split.image_ids.tolist()
        ],
        "annotations": [{"id": number, "image_id": image, "caption": text} for number, image, text in columns],
    }
    write_json(path, value)


def write_karpathy(path: Path, parts: Mapping[str, CaptionSplit]) -> None:
    """Write ``dataset_coco.json``.

    Args:
        path: the file.
        parts: the pictures of ``train``, ``restval``, ``val`` and ``test``; no picture stands in two, and each is
            called as COCO calls it (:func:`scanpath.data.vqa.coco_name`), since that name says what its filepath is.

    Raises:
        DataError: a picture is called otherwise.
    """
    images: list[dict[str, Any]] = []
    for part, split in parts.items():
        sentences: dict[int, list[dict[str, Any]]] = {image: [] for image in split.image_ids.tolist()}
        columns = zip(
            split.caption_images.tolist(), split.caption_ids.tolist(), split.captions, split.tokens, strict=True
        )
        for image, number, text, tokens in columns:
            sentences[image].append({"tokens": list(tokens), "raw": text, "imgid": 0, "sentid": number})
        for image, some in sentences.items():
            images.append(
                {
                    "filepath": _filepath(image, split.image_names[image]),
                    "sentids": [sentence["sentid"] for sentence in some],
                    "filename": split.image_names[image],
                    "imgid": len(images),
                    "split": part,
                    "sentences": [sentence | {"imgid": len(images)} for sentence in some],
                    "cocoid": image,
                }
            )
    write_json(path, {"images": images, "dataset": "coco"})


def _filepath(image: int, name: str) -> str:
    found = next((place for place in PICTURES if coco_name(place, image) == name), None)
    if found is None:
        wanted = coco_name(PICTURES[0], image)
        raise DataError(f"picture {image} is called {name!r}, which is none of COCO's names: call it {wanted}.")
    return found
