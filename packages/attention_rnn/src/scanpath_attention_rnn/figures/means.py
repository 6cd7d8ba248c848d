"""A mean over pictures with its interval, and verdicts on one run that rest on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.experiments.tables.judging import GROUPS_FOR_A_CLAIM, Verdict
from scanpath.metrics.intervals import bootstrap_mean

Floats = npt.NDArray[np.float64]

IN_THIS_RUN: Mapping[Verdict, str] = MappingProxyType(
    {"holds": "✓ in this run: yes", "fails": "✗ in this run: no", "open": "? in this run: open"}
)
"""What a verdict is called: *holds* is said of three seeds and more alone."""


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A mean, and the 95 % interval that drawing the pictures again gives."""

    value: float
    low: float
    high: float

    def plain(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def mean_of(values: npt.ArrayLike, pictures: npt.ArrayLike | None = None) -> Mean:
    """Average values (N,), of which each is of a picture of its own, or of the one that ``pictures`` (N,) tells."""
    found = np.asarray(values, dtype=np.float64)
    value, low, high = bootstrap_mean(found, np.arange(len(found)) if pictures is None else pictures)
    return Mean(value=value, low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A sentence of the paper, judged by margins that are above 0 if it is so."""

    words: str
    verdict: Verdict
    reason: str
    """Why it is open; empty otherwise."""
    factor: float
    """Of the deviations, chosen on other pictures than those it is judged on."""
    margins: Mapping[str, Mean]
    pictures: int
    """That it is judged on."""


def judge(margins: Mapping[str, Floats]) -> tuple[Verdict, str]:
    """Judge by margins of pictures, (P,) each: one below 0 fails, all above 0 hold, an interval across 0 is open.

    Returns:
        The verdict, and why it is open.
    """
    pictures = min(len(values) for values in margins.values())
    if pictures < GROUPS_FOR_A_CLAIM:
        return "open", f"{pictures} pictures, a verdict needs {GROUPS_FOR_A_CLAIM}"
    found = {name: mean_of(values) for name, values in margins.items()}
    if any(one.high < 0 for one in found.values()):
        return "fails", ""
    across = [name for name, one in found.items() if one.low <= 0]
    return ("open", f"the interval of {across[0]} covers zero") if across else ("holds", "")
