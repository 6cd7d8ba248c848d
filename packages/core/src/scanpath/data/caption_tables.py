"""Captions kept as arrays beside their files, as :mod:`scanpath.data.tables` keeps questions: parsed once.

COCO's 617 thousand captions are a file of 144 MB, which three splits share; it is read once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from scanpath.data.captions import CaptionSplit, tokenize_letters
from scanpath.data.columns import CodedLists, Texts
from scanpath.data.mapped import Array, map_arrays, write_arrays
from scanpath.data.names import Names
from scanpath.data.tables import kept_as, list_arrays, lists_of, text_arrays, texts_of

Splits = Mapping[str, CaptionSplit]


def kept_captions(read: Callable[[], Splits], source: Path, *, reader: str) -> Splits:
    """Give the splits that a reader makes of a file, mapped from a table where it has been read before.

    Args:
        read: reads the file; its splits have no pictures.
        source: the file. A small one has no table.
        reader: its name, raised with a number when it makes something else of equal files.

    Raises:
        DataError: whatever ``read`` raises.
    """
    return kept_as(read, [source], reader=reader, write=write_captions_table, load=read_captions_table)


def write_captions_table(path: Path, splits: Splits, key: str) -> None:
    """Write the texts of splits, and the words that the papers make of them; their pictures are not written.

    Args:
        path: where to; atomically.
        splits: by name.
        key: what :func:`read_captions_table` must be given to read it.
    """
    facts = {
        "key": key,
        "splits": {name: {"name": split.name, "remarks": list(split.remarks)} for name, split in splits.items()},
    }
    write_arrays(path, dict(item for name, split in splits.items() for item in _arrays(name, split)), facts)


def read_captions_table(path: Path, key: str) -> Splits:
    """Map the texts of splits.

    Raises:
        OSError: there is no such table.
        ValueError: it is not whole, or has another key.
    """
    arrays, facts = map_arrays(path)
    if facts["key"] != key:
        raise ValueError(f"{path} was made from other files")
    return {
        name: CaptionSplit(
            name=told["name"],
            image_ids=arrays[f"{name}/image_ids"],
            image_names=Names(arrays[f"{name}/image_names/ids"], texts_of(arrays, f"{name}/image_names/texts")),
            caption_ids=arrays[f"{name}/caption_ids"],
            caption_images=arrays[f"{name}/caption_images"],
            captions=texts_of(arrays, f"{name}/captions"),
            tokens=lists_of(arrays, f"{name}/tokens"),
            letters=lists_of(arrays, f"{name}/letters"),
            remarks=tuple(told["remarks"]),
        )
        for name, told in facts["splits"].items()
    }


def _arrays(name: str, split: CaptionSplit) -> Iterator[tuple[str, Array]]:
    names = Names.of(split.image_names)
    yield f"{name}/image_ids", split.image_ids
    yield f"{name}/image_names/ids", names.ids
    yield from text_arrays(f"{name}/image_names/texts", names.texts)
    yield f"{name}/caption_ids", split.caption_ids
    yield f"{name}/caption_images", split.caption_images
    yield from text_arrays(f"{name}/captions", Texts.of(split.captions))
    yield from list_arrays(f"{name}/tokens", CodedLists.of(split.tokens).packed())
    yield from list_arrays(f"{name}/letters", CodedLists.of(map(tokenize_letters, split.captions)))
