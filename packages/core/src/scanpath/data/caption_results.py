"""The official file of generated captions: ``[{"image_id": int, "caption": str}, ...]``.

Source: https://cocodataset.org, "Results Format", caption generation.
"""

from __future__ import annotations

from pathlib import Path

from scanpath.data.records import column, ids, kind_of, records
from scanpath.errors import DataError
from scanpath.files import read_json

_WANTED = "captions of a model, a bare list of image_id and caption"


def read_caption_results(path: Path) -> dict[int, str]:
    """Read generated captions: one a picture, by image id.

    Raises:
        DataError: the file is missing, broken, of another kind, or describes a picture twice.
    """
    value = read_json(path)
    if isinstance(value, dict) and kind_of(value) == "captions":
        raise DataError(f"{path} holds what people wrote, expected {_WANTED}: give it as the references.")
    entries = records(value, path, None, _WANTED)
    image_ids = ids(entries, "image_id", path, "caption", unique=True)
    return dict(zip(image_ids.tolist(), column(entries, "caption", str, path, "caption"), strict=True))
