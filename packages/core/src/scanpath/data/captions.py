"""Pictures with captions, as columns: what every reader of captions gives; COCO's official file; the known words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.columns import CodedLists, Texts
from scanpath.data.images import ImageSource
from scanpath.data.names import Names
from scanpath.data.records import Ids, column, first_few, ids, kind_of, records
from scanpath.data.tokenisers import tokenize
from scanpath.data.vocabulary import words_of
from scanpath.errors import DataError
from scanpath.files import read_json

Tokens = tuple[str, ...]

START, END = 2, 3
FIRST_WORD = 4

MINIMUM, LENGTH = 5, 30
"""How often a word must be seen to be known, and how many tokens of a caption are read: SLA's."""


_NO_LETTER = re.compile(r"[^a-z\s]")


def tokenize_letters(caption: str) -> list[str]:
    """Split as SLA and ReviewNet do: ``A man's t-shirt, red.`` is ``a mans tshirt red``.

    Lower case, all but letters and blanks deleted, split at blanks. Source: Fan and Zhou, CVPR 2018, Sec. 4.2, and
    https://github.com/kimiyoung/review_net.
    """
    return _NO_LETTER.sub("", caption.lower()).split()


@dataclass(frozen=True)
class CaptionSplit:
    """N pictures with M captions; texts and words may be any sequences, readers give compact ones."""

    name: str
    """Data set and split, ``"coco/val"``."""
    image_ids: Ids
    """(N,), unique."""
    image_names: Mapping[int, str]
    """The file name of each picture, by image id."""
    caption_ids: Ids
    """(M,), unique."""
    caption_images: Ids
    """(M,), the image id that each caption describes."""
    captions: Sequence[str]
    """As people wrote them."""
    tokens: Sequence[Tokens]
    """Their words in lower case: those of the file, or by :func:`scanpath.data.tokenisers.tokenize`."""
    letters: Sequence[Tokens] | None = None
    """Their words by :func:`tokenize_letters`, where a table keeps them; None: nobody has split them yet."""
    images: ImageSource | None = None
    remarks: tuple[str, ...] = ()
    """Sentences about the files that a user should read before training."""

    def __post_init__(self) -> None:
        """Check that the columns are of one length and describe pictures that are there."""
        lengths = {len(self.caption_ids), len(self.caption_images), len(self.captions), len(self.tokens)}
        if len(lengths) != 1:
            raise DataError(f"the columns of {self.name} have lengths {sorted(lengths)}, expected one length.")
        foreign = np.setdiff1d(self.caption_images, self.image_ids)
        if len(foreign):
            raise DataError(f"{self.name} describes {len(foreign)} pictures that it lacks ({first_few(foreign)}).")

    def __len__(self) -> int:
        """Count the captions."""
        return len(self.captions)

    def references(self) -> dict[int, list[str]]:
        """Return the captions of each picture, by image id, as the official scores take them."""
        found: dict[int, list[str]] = {image: [] for image in self.image_ids.tolist()}
        for image, text in zip(self.caption_images.tolist(), self.captions, strict=True):
            found[image].append(text)
        return found

    def take(self, image_ids: Iterable[int], name: str | None = None) -> CaptionSplit:
        """Return the split of some of the pictures, in their order here, with all of their captions."""
        wanted = np.isin(self.image_ids, np.fromiter(image_ids, dtype=np.int64))
        kept = self.image_ids[wanted]
        rows = np.flatnonzero(np.isin(self.caption_images, kept))
        return replace(
            self,
            name=name or self.name,
            image_ids=kept,
            image_names=Names.of(self.image_names).take(np.sort(kept)),
            caption_ids=self.caption_ids[rows],
            caption_images=self.caption_images[rows],
            captions=Texts.of(self.captions).take(rows),
            tokens=CodedLists.of(self.tokens).take(rows),
            letters=None if self.letters is None else CodedLists.of(self.letters).take(rows),
        )


def check_described(split: CaptionSplit, images: ImageSource | None, path: Path) -> CaptionSplit:
    """Give a split its pictures, each of which must be there and have a caption.

    Raises:
        DataError: the source lacks a picture, or nobody describes one.
    """
    silent = np.setdiff1d(split.image_ids, split.caption_images)
    if len(silent):
        raise DataError(f"{path} has {len(silent)} pictures without a caption ({first_few(silent)}): leave them out.")
    if images is not None:
        absent = [name for name in split.image_names.values() if name not in images]
        if absent:
            raise DataError(
                f"{path} describes {len(absent)} pictures that the image source lacks ({first_few(absent)}): "
                "give the folder or archive of the same split."
            )
    return replace(split, images=images)


def read_captions(path: Path, images: ImageSource | None = None, *, name: str | None = None) -> CaptionSplit:
    """Read ``captions_<subtype>.json``, the official form of COCO.

    Args:
        path: the file.
        images: where the pictures are; None reads the texts only.
        name: what to call the split; the file's name by default.

    Raises:
        DataError: the file is missing, broken, of another kind, or does not fit the pictures.
    """
    value = read_json(path)
    if kind_of(value) != "captions":
        raise DataError(f"{path} holds {kind_of(value)}, expected captions: give the right file.")
    pictures = records(value, path, "images", "captions with their images")
    described = records(value, path, "annotations", "captions")
    image_ids = ids(pictures, "id", path, "image", unique=True)
    caption_images = ids(described, "image_id", path, "caption")
    foreign = np.setdiff1d(caption_images, image_ids)
    if len(foreign):
        raise DataError(
            f"{path} describes {len(foreign)} pictures that it does not list ({first_few(foreign)}): "
            "the file may be put together of two; fetch it again."
        )
    texts = column(described, "caption", str, path, "caption")
    split = CaptionSplit(
        name=name or path.stem,
        image_ids=image_ids,
        image_names=Names.of(
            dict(zip(image_ids.tolist(), column(pictures, "file_name", str, path, "image"), strict=True))
        ),
        caption_ids=ids(described, "id", path, "caption", unique=True),
        caption_images=caption_images,
        captions=Texts.of(texts),
        tokens=CodedLists.of(tuple(tokenize(text)) for text in texts),
    )
    return check_described(replace(split, remarks=tuple(wordless(split))), images, path)


def wordless(split: CaptionSplit) -> Iterator[str]:
    """Say which captions have no words, if any."""
    empty = split.caption_ids[CodedLists.of(split.tokens).lengths == 0]
    if len(empty):
        yield (
            f"{len(empty):,} captions of {split.name} have no words ({first_few(empty)}): whoever learns from them "
            "learns to say nothing."
        )


@dataclass(frozen=True)
class CaptionVocabulary:
    """Words by number: 0 pads, 1 is a word that is not known, 2 begins a caption, 3 ends it."""

    words: tuple[str, ...]

    def __len__(self) -> int:
        """Count the numbers in use, those for padding, unknown words, start and end included."""
        return len(self.words) + FIRST_WORD

    def decode(self, numbers: Iterable[int]) -> str:
        """Write numbers as a caption, up to the first end; start, padding and unknown words are left out.

        Raises:
            DataError: a number that stands for nothing.
        """
        found = []
        for number in numbers:
            if number == END:
                break
            if not 0 <= number < len(self):
                raise DataError(f"a caption holds the number {number}, expected 0 to {len(self) - 1}.")
            if number >= FIRST_WORD:
                found.append(self.words[number - FIRST_WORD])
        return " ".join(found)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        return {"words": list(self.words)}

    @classmethod
    def from_json(cls, value: Any) -> CaptionVocabulary:
        """Rebuild what :meth:`to_json` gave.

        Raises:
            DataError: the value is something else.
        """
        return cls(words_of(value, "words", "a vocabulary of captions"))
