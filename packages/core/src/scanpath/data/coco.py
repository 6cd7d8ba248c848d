"""COCO's captions in the split of Karpathy, which the literature on captions trains and tests on.

Source: Karpathy and Fei-Fei, https://arxiv.org/abs/1412.2306; ``dataset_coco.json`` of
https://cs.stanford.edu/people/karpathy/deepimagesent/caption_datasets.zip. Its train and its restval are what is
trained on, 113,287 pictures together; train alone, 82,783, gives lower scores than the published ones.
"""

from __future__ import annotations

import collections
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np

from scanpath.data.caption_tables import kept_captions
from scanpath.data.captions import CaptionSplit, Tokens, check_described, wordless
from scanpath.data.coco_pictures import coco_pictures
from scanpath.data.columns import CodedLists, Texts
from scanpath.data.digests import known_sha256
from scanpath.data.images import ImageSource
from scanpath.data.names import Names
from scanpath.data.records import column, first_few, ids, no_text, records
from scanpath.data.vqa import coco_name
from scanpath.errors import DataError, UnknownNameError, near
from scanpath.files import read_json

PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"train": ("train", "restval"), "val": ("val",), "test": ("test",)}
)
"""What the file calls the parts of each split."""

COUNTS: Mapping[str, int] = MappingProxyType({"train": 113_287, "val": 5_000, "test": 5_000})
"""How many pictures the official splits have."""

FILE = "dataset_coco.json"
PICTURES = ("train2014", "val2014")


class _Sentence(NamedTuple):
    number: int
    image: Any
    """The ``imgid`` of its picture, by which nothing here goes."""
    text: str
    tokens: Tokens


def _keep_sentence(value: dict[str, Any]) -> Any:
    """Replace a sentence by a tuple while the file is parsed; what is amiss stays to be named."""
    number, image, text, tokens = (value.get(key) for key in ("sentid", "imgid", "raw", "tokens"))
    if type(number) is int and type(text) is str and isinstance(tokens, list) and set(map(type, tokens)) <= {str}:
        return _Sentence(number, image, text, tuple(map(sys.intern, tokens)))
    return value


def read_karpathy(
    path: Path, split: str, images: ImageSource | None = None, *, name: str | None = None
) -> CaptionSplit:
    """Read a split of ``dataset_coco.json``.

    Args:
        path: the file.
        split: ``"train"`` (the file's train and restval), ``"val"`` or ``"test"``.
        images: where the pictures are, usually those of train2014 and val2014 joined; None reads the texts only.
        name: what to call the split.

    Raises:
        UnknownNameError: there is no such split.
        DataError: the file is missing, broken, of another kind or data set, or does not fit the pictures.
    """
    if split not in PARTS:
        raise UnknownNameError(f"there is no split {split!r} of COCO's captions{near(split, PARTS) or _known()}")
    found = _Karpathy(path).split(split, name or f"{path.stem}/{split}")
    return check_described(found, images, path)


class _Karpathy:
    """The parsed file."""

    def __init__(self, path: Path) -> None:
        value = read_json(path, object_hook=_keep_sentence)
        self.path = path
        self.entries = records(value, path, "images", "the split of Karpathy")
        if value.get("dataset") != "coco":
            raise DataError(
                f"{path} is of the data set {str(value.get('dataset'))[:40]!r}, expected 'coco': "
                f"give {FILE} of the archive."
            )
        self.parts = column(self.entries, "split", str, path, "image")
        foreign = set(self.parts) - {part for some in PARTS.values() for part in some}
        if foreign:
            raise DataError(f"{path} has splits {first_few(sorted(foreign))}, expected train, restval, val and test.")
        self.image_ids = ids(self.entries, "cocoid", path, "image", unique=True)
        self.names = _names(self.entries, self.image_ids.tolist(), path)
        self.sentences = _sentences(self.entries, path)
        told = [{"sentid": sentence.number} for some in self.sentences for sentence in some]
        ids(told, "sentid", path, "sentence", unique=True)

    def split(self, split: str, name: str) -> CaptionSplit:
        rows = [row for row, part in enumerate(self.parts) if part in PARTS[split]]
        sentences = [sentence for row in rows for sentence in self.sentences[row]]
        found = CaptionSplit(
            name=name,
            image_ids=self.image_ids[rows],
            image_names=Names.of({int(self.image_ids[row]): self.names[row] for row in rows}),
            caption_ids=np.asarray([sentence.number for sentence in sentences], dtype=np.int64),
            caption_images=np.repeat(self.image_ids[rows], [len(self.sentences[row]) for row in rows]),
            captions=Texts.of(sentence.text for sentence in sentences),
            tokens=CodedLists.of(sentence.tokens for sentence in sentences),
        )
        return replace(found, remarks=(*wordless(found), *self._oddities(rows, name)))

    def _oddities(self, rows: list[int], name: str) -> Iterator[str]:
        """Say where the numbers that join pictures and sentences, which the sentences' places do here, do not fit."""
        imgid = collections.Counter(str(entry.get("imgid")) for entry in self.entries)
        for told, odd in (
            ("no imgid of their own", lambda entry, _: imgid[str(entry.get("imgid"))] > 1),
            ("sentences of another imgid", lambda entry, some: any(one.image != entry.get("imgid") for one in some)),
            ("sentids other than those of their sentences", _other_sentids),
        ):
            found = [row for row in rows if odd(self.entries[row], self.sentences[row])]
            if found:
                yield (
                    f"{len(found):,} pictures of {name} have {told} (cocoids {first_few(self.image_ids[found])}): each "
                    "is described by the sentences that stand with it."
                )


def _other_sentids(entry: dict[str, Any], some: list[_Sentence]) -> bool:
    named = entry.get("sentids")
    return not isinstance(named, list) or collections.Counter(map(str, named)) != collections.Counter(
        str(one.number) for one in some
    )


def _known() -> str:
    return f"; known are {', '.join(PARTS)}."


def _names(entries: list[Any], image_ids: list[int], path: Path) -> list[str]:
    """Return the files' names; who joins pictures to texts by them relies on their being what COCO calls them."""
    names, places = (column(entries, key, str, path, "image") for key in ("filename", "filepath"))
    for row, (name, place, image) in enumerate(zip(names, places, image_ids, strict=True)):
        if place not in PICTURES or name != coco_name(place, image):
            raise DataError(
                f"{path}: image number {row} (cocoid {image}) has the filename {name[:60]!r} in the filepath "
                f"{place[:40]!r}, expected COCO's own, such as {coco_name(PICTURES[0], image)!r} in {PICTURES[0]!r}: "
                "mend it or fetch the file again."
            )
    return names


def _sentences(entries: list[Any], path: Path) -> list[list[_Sentence]]:
    """Return the sentences of each image."""
    listed = column(entries, "sentences", list, path, "image")
    for row, some in enumerate(listed):
        if not all(isinstance(one, _Sentence) and no_text([one.text, *one.tokens]) is None for one in some):
            raise DataError(
                f"{path}: image number {row} (cocoid {entries[row]['cocoid']}) has a sentence without a whole "
                "'sentid', a text 'raw' or a list 'tokens' of texts: mend it."
            )
    return listed


def karpathy_file(root: Path) -> Path:
    """Find the file in ``coco/``, or in the folder there that its archive was unpacked into.

    Raises:
        DataError: it is not there.
    """
    folder = root / "coco"
    path = next((place for place in (folder / FILE, *sorted(folder.glob(f"*/{FILE}"))) if place.is_file()), None)
    if path is None:
        raise DataError(
            f"there is no {FILE} in {folder}: run scanpath data fetch coco, or unpack "
            "https://cs.stanford.edu/people/karpathy/deepimagesent/caption_datasets.zip there."
        )
    return path


def _splits(root: Path) -> tuple[Path, Mapping[str, CaptionSplit]]:
    path = karpathy_file(root)

    def read() -> Mapping[str, CaptionSplit]:
        parsed = _Karpathy(path)
        return {split: parsed.split(split, f"coco/{split}") for split in PARTS}

    return path, kept_captions(read, path, reader="karpathy-3")


def open_coco(root: Path, split: str) -> CaptionSplit:
    """Open a split of Karpathy from ``coco/`` with its pictures, where they are laid too."""
    if split not in PARTS:
        raise UnknownNameError(f"there is no split {split!r} of COCO's captions{near(split, PARTS) or _known()}")
    path, splits = _splits(root)
    found = check_described(splits[split], coco_pictures(root, PICTURES), path)
    return replace(found, remarks=(*_remarks(found, split), *found.remarks))


def _remarks(found: CaptionSplit, split: str) -> list[str]:
    sentence = (
        f"{found.name} has {len(found.image_ids):,} pictures, the official one has {COUNTS[split]:,}: "
        "numbers on it are not those of the literature."
    )
    return [sentence] if len(found.image_ids) != COUNTS[split] else []


class CocoCaptions:
    """``coco-captions`` (a :class:`scanpath.data.caption_catalogue.CaptionData`)."""

    summary: ClassVar[str] = "COCO's pictures with five captions each, in Karpathy's split, train with restval"
    splits: ClassVar[tuple[str, ...]] = tuple(PARTS)
    pictures: ClassVar[str | None] = None

    def __init__(self, root: Path) -> None:
        self._root = root
        self.folder = root / "coco"

    def open(self, split: str) -> CaptionSplit:
        """Open ``"train"``, ``"val"`` or ``"test"``."""
        return open_coco(self._root, split)

    def counts(self) -> Mapping[str, tuple[int, int]]:
        """Count pictures and captions by split."""
        return {name: (len(split.image_ids), len(split)) for name, split in _splits(self._root)[1].items()}

    def checksum(self) -> str:
        """Return the checksum of the file; pictures are known by its names."""
        return known_sha256(karpathy_file(self._root))

    def damaged(self) -> list[str] | None:
        """Nothing is known to compare with."""
        return None
