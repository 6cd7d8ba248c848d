"""What a method measures of its own, such as what it saves beside the plain form of the same: the form of such a bench.

A package names its benches in :attr:`scanpath.method.Method.benches`; ``scanpath bench cost --method`` calls them and
prints what comes, knowing nothing of the mechanisms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Protocol

from scanpath.bench.cost import Cost, quartiles


class Bench(Protocol):
    """Called once; every pass that it measures is forward and backward, at sizes that it chooses and names."""

    def __call__(self, *, device: str, batch: int, repeats: int) -> Iterable[Group]:
        """Measure, and give groups as they are done.

        Args:
            device: "cpu" or "cuda".
            batch: B, samples in a batch.
            repeats: Timed passes of each line.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a line was asked to reach."""

    what: str
    """In words, such as ``at least 16x fewer FLOPs``."""
    found: float
    """The figure that it was asked for, as measured."""
    met: bool


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One thing that was measured."""

    name: str
    cost: Cost
    asked: tuple[Asked, ...] = ()
    """What somebody promised of it; empty for what stands there to compare with."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """What was measured together, each line beside the first, so there is at least one."""

    title: str
    lines: tuple[Measured, ...]

    def plain(self) -> dict[str, Any]:
        """Return everything as values that JSON can hold, with the factors of each line."""
        first = self.lines[0].cost
        lines = [{**asdict(line), "less": less(line.cost, first)._asdict()} for line in self.lines]
        return {"title": self.title, "lines": lines}


class Less(NamedTuple):
    """How many times less something costs than another; below 1 it costs more."""

    time: tuple[float, float, float]
    """First quartile, median and last quartile over rounds, a round being as slow for both."""
    flops: float | None
    """None where one of them has no FLOPs."""
    peak_bytes: float | None
    """None where one of them creates nothing."""


def less(cost: Cost, first: Cost) -> Less:
    """Say how many times less ``cost`` is than ``first``, which was measured together with it."""
    return Less(
        time=quartiles([theirs / mine for mine, theirs in zip(cost.times, first.times, strict=True)]),
        flops=first.flops / cost.flops if cost.flops and first.flops else None,
        peak_bytes=first.peak_bytes / cost.peak_bytes if cost.peak_bytes and first.peak_bytes else None,
    )
