"""Complementary pairs: one question, asked of two pictures that answer it differently.

Source: Goyal et al., https://arxiv.org/abs/1612.00837; ``v2_mscoco_<subtype>_complementary_pairs.json`` of
https://visualqa.org/download.html, a bare list of two question ids each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scanpath.data.columns import Coded
from scanpath.data.records import Ids, first_few, records
from scanpath.data.split import VQASplit
from scanpath.errors import DataError
from scanpath.files import read_json


@dataclass(frozen=True)
class Pairs:
    """The pairs of a split."""

    ids: Ids
    """(N, 2), question ids."""
    remarks: tuple[str, ...] = ()
    """Sentences that a user should read before quoting a number on them."""


def read_pairs(path: Path) -> Ids:
    """Read a file of pairs: (N, 2), question ids.

    Raises:
        DataError: the file is missing, broken or of another kind.
    """
    entries = records(read_json(path), path, None, "complementary pairs, a bare list of two question ids each")
    for number, pair in enumerate(entries):
        if not isinstance(pair, list) or [type(item) for item in pair] != [int, int]:
            raise DataError(f"{path}: entry number {number} is {str(pair)[:40]}, expected two question ids: mend it.")
    try:
        return np.asarray(entries, dtype=np.int64).reshape(-1, 2)
    except OverflowError:
        raise DataError(f"{path}: a question id does not fit in 64 bits: mend it.") from None


def pairs_of(path: Path, split: VQASplit, official: int | None = None) -> Pairs:
    """Read the pairs of a split, each once, and say where they are not what they should be.

    A question paired with itself says nothing and is left out, and of pairs that are equal, in either order, the first
    is kept: another one would count twice.

    Args:
        path: the file.
        split: its questions.
        official: how many pairs the official file has; None if nobody tells.

    Raises:
        DataError: as :func:`read_pairs`, or a question is not one of the split's.
    """
    listed = read_pairs(path)
    foreign = np.setdiff1d(listed, split.question_ids)
    if len(foreign):
        raise DataError(
            f"{path} pairs {len(foreign)} questions that the questions file lacks ({first_few(foreign)}): "
            "give the two files of one split."
        )
    two = listed[listed[:, 0] != listed[:, 1]]
    _, firsts = np.unique(np.sort(two, axis=1), axis=0, return_index=True)
    found = two[np.sort(firsts)]
    return Pairs(found, (*_left_out(path, listed, two, found), *_remarks(path, found, split, official, len(listed))))


def _left_out(path: Path, listed: Ids, two: Ids, found: Ids) -> Iterator[str]:
    if len(two) < len(listed):
        alone = listed[listed[:, 0] == listed[:, 1], 0]
        yield f"{path.name} pairs {len(alone):,} questions with themselves ({first_few(alone)}): they are left out."
    if len(found) < len(two):
        yield (
            f"{path.name}: {len(two) - len(found):,} pairs repeat others, in either order; one of each is measured on."
        )


def _remarks(path: Path, found: Ids, split: VQASplit, official: int | None, listed: int) -> Iterator[str]:
    if official is not None and listed != official:
        yield (
            f"{split.name} has {listed:,} complementary pairs, the official one has {official:,}: numbers on them "
            "are not those of the literature."
        )
    order = np.argsort(split.question_ids)
    rows = order[np.searchsorted(split.question_ids, found, sorter=order)]  # (N, 2)
    asked = Coded.of(split.questions).codes[rows]
    for odd, told in (
        (asked[:, 0] != asked[:, 1], "ask two different questions"),
        (split.image_ids[rows[:, 0]] == split.image_ids[rows[:, 1]], "ask about one picture"),
    ):
        if odd.any():
            one, other = found[odd][0]
            yield f"{path.name}: {int(odd.sum()):,} pairs {told}, the first being {one} and {other}."
