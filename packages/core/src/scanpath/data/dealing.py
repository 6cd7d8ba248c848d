"""Splits by chance that are the same on every machine, for data whose makers published none."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from scanpath.data.records import Ids, first_few
from scanpath.errors import ConfigError, DataError

SHARES: Mapping[str, float] = MappingProxyType({"train": 0.8, "val": 0.1, "test": 0.1})
"""How data without splits of their own are dealt out."""


def deal(
    keys: Sequence[str],
    shares: Mapping[str, float] = SHARES,
    *,
    seed: int = 0,
    strata: Sequence[object] | None = None,
) -> dict[str, Ids]:
    """Deal things out to splits by a hash of their keys.

    The order of the keys, the platform and the version of Python change nothing. A split gets its share to within one
    thing (of each stratum), and one at least where there are as many things as splits. Where things are added later,
    those that stay keep their split but for a few at the borders.

    Args:
        keys: what is dealt out, each once.
        shares: the part of each split; they sum to one.
        seed: another seed, another dealing.
        strata: (len(keys),), each value is dealt out by itself, such as the class of each picture.

    Returns:
        by split, the places among ``keys``, rising.

    Raises:
        ConfigError: shares that are not positive or do not sum to one.
        DataError: a key that occurs twice.
    """
    if not shares or min(shares.values()) <= 0 or abs(sum(shares.values()) - 1) > 1e-6:
        given = ", ".join(f"{name} {share:g}" for name, share in shares.items())
        raise ConfigError(f"the shares of the splits are {given or 'none'}, expected positive ones that sum to 1.")
    if len(set(keys)) < len(keys):
        repeated = sorted({key for key in keys if keys.count(key) > 1}) if len(keys) < 10_000 else ()
        raise DataError(f"{len(keys) - len(set(keys))} keys occur more than once ({first_few(repeated)}): keep one.")
    groups: dict[object, list[int]] = defaultdict(list)
    for place in range(len(keys)):
        groups[None if strata is None else strata[place]].append(place)
    dealt: dict[str, list[int]] = {name: [] for name in shares}
    for places in groups.values():
        places.sort(key=lambda place: hashlib.sha256(f"{seed}\n{keys[place]}".encode()).digest())
        start = 0
        for name, count in zip(shares, _counts(len(places), list(shares.values())), strict=True):
            dealt[name] += places[start : start + count]
            start += count
    return {name: np.asarray(sorted(places), dtype=np.int64) for name, places in dealt.items()}


def _counts(total: int, shares: Sequence[float]) -> list[int]:
    """Share ``total`` things out: rounded down, the rest to the largest remainders; none is empty if it need not be."""
    counts = [int(total * share + 1e-9) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda part: counts[part] - total * shares[part])
    for part in by_remainder[: total - sum(counts)]:
        counts[part] += 1
    for part, count in enumerate(counts):
        if not count and total >= len(shares):
            counts[counts.index(max(counts))] -= 1
            counts[part] = 1
    return counts
