"""What the page of one run shows, as plain values; units and None as in :mod:`scanpath.report.content`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from scanpath.report.content import Estimate, Example


@dataclass(frozen=True, kw_only=True)
class Group:
    """A measure over the items of one kind."""

    name: str
    value: float
    count: int | None = None
    """Items of the kind."""


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """The headline measure by kind."""

    kind: str
    """What the groups are, such as ``"answer type"``."""
    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One quantity while the run went on; the three sequences are aligned."""

    name: str
    samples: tuple[int, ...]
    seconds: tuple[float, ...]
    """Of training."""
    values: tuple[float, ...]
    from_zero: bool = False
    """Whether its axis begins at zero."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A drawing of a task's own, such as pictures beside what was made of them."""

    title: str
    words: str
    """What it shows; they stand above it, and for those who do not see it."""
    pixels: npt.NDArray[np.uint8]
    """(H, W, 3)."""


@dataclass(frozen=True, kw_only=True)
class RunContent:
    """One run."""

    title: str
    intro: str
    """One plain sentence: what was trained on what."""
    measure: str
    """The headline measure's name."""
    value: Estimate
    """The headline measure of the best checkpoint."""
    split: str
    """Which it is of."""
    unit: str = ""
    """Of the headline measure and of all its breakdowns: ``"%"`` or nothing."""
    measures: Mapping[str, float] = field(default_factory=dict)
    """All measures by name."""
    breakdowns: tuple[Breakdown, ...] = ()
    traces: tuple[Trace, ...] = ()
    """Drawn one below the other."""
    examples: tuple[Example, ...] = ()
    """Each has one answer, the run's."""
    items: str = "questions"
    """What was answered and is counted: questions, or pictures that are classed."""
    sheets: tuple[Sheet, ...] = ()
    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Facts under headings, in reading order: what was run, how, on what machine."""
    config: str = ""
    """The resolved configuration, as its file says it."""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """Sentences that a reader must see before the numbers."""

    @property
    def others(self) -> dict[str, float]:
        """The measures that are neither the headline nor a part of it."""
        part = f"{self.measure}/"
        return {name: value for name, value in self.measures.items() if not f"{name}/".startswith(part)}
