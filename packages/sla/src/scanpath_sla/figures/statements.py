"""A sentence of the paper as margins that are above 0 if it is so, and what they say over items and seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.experiments.tables.judging import GROUPS_FOR_A_CLAIM, Verdict
from scanpath.metrics.intervals import SEEDS_FOR_A_CLAIM, bootstrap_mean

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Margin:
    """A mean over items with its 95 % interval, items being drawn again, and the mean of each seed."""

    value: float
    low: float
    high: float
    seeds: tuple[float, ...]
    groups: int


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A sentence, judged."""

    words: str
    section: str
    statistic: str
    """How the words were made into margins."""
    margins: Mapping[str, Margin]
    verdict: Verdict
    reason: str
    """Why it is open; empty otherwise."""

    def plain(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def margin_of(values: npt.ArrayLike, groups: npt.ArrayLike | None = None) -> Margin:
    """Average values (seeds, N); items of one group, such as questions about a picture, are drawn together."""
    found = np.asarray(values, dtype=np.float64)
    known = np.arange(found.shape[1]) if groups is None else np.asarray(groups)
    value, low, high = bootstrap_mean(found.mean(0), known)
    return Margin(value=value, low=low, high=high, seeds=tuple(found.mean(1).tolist()), groups=len(np.unique(known)))


def state(words: str, section: str, statistic: str, margins: Mapping[str, Margin]) -> Statement:
    """Judge: all margins above 0 under every seed hold, one below 0 fails, anything else is open."""
    verdict, reason = _judge(margins)
    return Statement(words=words, section=section, statistic=statistic, margins=margins, verdict=verdict, reason=reason)


def _judge(margins: Mapping[str, Margin]) -> tuple[Verdict, str]:
    seeds = min(len(one.seeds) for one in margins.values())
    groups = min(one.groups for one in margins.values())
    if seeds < SEEDS_FOR_A_CLAIM:
        return "open", f"seeds: {seeds}, a claim needs {SEEDS_FOR_A_CLAIM}"
    if groups < GROUPS_FOR_A_CLAIM:
        return "open", f"groups such as pictures: {groups}, a claim needs {GROUPS_FOR_A_CLAIM}"
    if any(one.high < 0 and max(one.seeds) < 0 for one in margins.values()):
        return "fails", ""
    unsure = [name for name, one in margins.items() if one.low <= 0 or min(one.seeds) <= 0]
    return ("open", f"the interval or a seed of {unsure[0]} does not exclude 0") if unsure else ("holds", "")


def spread(values: Sequence[Sequence[float]]) -> list[float]:
    """Average seeds' values of each layer: (seeds, T) to T numbers."""
    found: list[float] = np.asarray(values, dtype=np.float64).mean(0).tolist()
    return found
