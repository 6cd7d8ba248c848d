"""Whether a claim holds in what was measured: *holds*, *fails* or *open*, with the numbers that decide.

Every link of a claim is a margin, a linear combination of cells that is above zero if the link holds. Where items are
known (questions of pictures), the interval draws groups of items again, cell by cell the same ones; where only one
number a seed is known, it is Student's over seeds. Cells about other questions of the same pictures draw the same
pictures; a draw without any item of some cell is left out. The standard error, and the smallest margin that could
have been seen, count both. What seeds share is counted within a row alone: its columns are measures of the same runs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.experiments.tables.claims import Cell, Link, Sum
from scanpath.metrics.intervals import (
    LEVEL,
    RESAMPLES,
    SEEDS_FOR_A_CLAIM,
    degrees_of_freedom,
    resampled_sums,
    smallest_detectable,
    student_quantile,
)

Floats = npt.NDArray[np.float64]
Verdict = Literal["holds", "fails", "open"]
GROUPS_FOR_A_CLAIM = 20
"""Fewer pictures, drawn again, do not show how pictures differ."""


@dataclass(frozen=True, eq=False)
class Items:
    """What a cell is the mean of."""

    scores: Floats
    """One a seed and an item, (seeds, N)."""
    groups: npt.NDArray[np.int64]
    """What is drawn again as a whole, such as the picture of a question, (N,)."""
    of: str
    """Names the items: cells alike in it are compared item by item."""
    drawn: str
    """Names what the groups belong to, such as a split: cells alike in it draw the same groups."""


@dataclass(frozen=True, eq=False)
class Sample:
    """What was measured for a cell."""

    values: tuple[float, ...]
    """One a seed."""
    items: Items | None = None
    versions: Mapping[str, float] = field(default_factory=dict)
    """The mean under each version of the VQA metric, where it is one."""


class Estimate(NamedTuple):
    """A linear combination of cells, and how sure it is."""

    value: float
    low: float | None
    """The interval's lower end; None where one seed and no items tell of no spread."""
    high: float | None
    detectable: float | None
    """The smallest true distance from zero that a test would find with a power of 80 %; a verdict wants as much."""
    seeds: int
    """Of the cell that has fewest."""
    groups: int | None = None
    """Of the items that have fewest; None where none are known."""


class Judged(NamedTuple):
    """One link, judged."""

    margin: str
    """The combination that should be above zero."""
    estimate: Estimate | None
    """None while a cell is not measured."""
    verdict: Verdict
    reason: str
    """Why it is open; empty otherwise."""


def estimate(combination: Sum, samples: Mapping[Cell, Sample], *, resamples: int = RESAMPLES) -> Estimate:
    """Estimate a linear combination of measured cells.

    Args:
        combination: of at least one cell.
        samples: of every cell that it names.
        resamples: draws of the groups.
    """
    terms = sorted(combination.terms)  # one order, so that a combination and its negative differ in sign alone
    by_row = _by_row(terms, samples)
    value = math.fsum([*(math.fsum(row) / len(row) for row in by_row), combination.constant])
    over_seeds = [float(np.var(row, ddof=1)) / len(row) for row in by_row if len(row) > 1]
    spread = len(over_seeds) == len(by_row)
    seeds = min(len(samples[cell].values) for cell, _ in terms)
    variances, freedoms = (over_seeds, [len(row) - 1 for row in by_row]) if spread else ([], [])
    if all(samples[cell].items is not None for cell, _ in terms):
        draws, groups = _drawn(terms, samples, resamples)
        low, high = np.quantile(draws + combination.constant, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        variances, freedoms = [*variances, float(np.var(draws, ddof=1))], [*freedoms, max(1, groups - 1)]
        return Estimate(value, float(low), float(high), _detectable(variances, freedoms), seeds, groups)
    if not spread:
        return Estimate(value, None, None, None, seeds)
    half = student_quantile((1 + LEVEL) / 2, math.floor(degrees_of_freedom(variances, freedoms)))
    half *= math.sqrt(sum(variances))
    return Estimate(value, value - half, value + half, _detectable(variances, freedoms), seeds)


def _detectable(variances: Sequence[float], freedoms: Sequence[int]) -> float:
    return smallest_detectable(math.sqrt(sum(variances)), degrees_of_freedom(variances, freedoms))


def _by_row(terms: Sequence[tuple[Cell, int]], samples: Mapping[Cell, Sample]) -> list[list[float]]:
    """Give what each row contributes under each of its seeds."""
    rows: dict[str, list[tuple[Cell, int]]] = {}
    for cell, factor in terms:
        rows.setdefault(cell.row, []).append((cell, factor))
    found = []
    for of_row in rows.values():
        seeds = min(len(samples[cell].values) for cell, _ in of_row)
        found.append(
            [math.fsum(factor * samples[cell].values[seed] for cell, factor in of_row) for seed in range(seeds)]
        )
    return found


def _drawn(terms: Sequence[tuple[Cell, int]], samples: Mapping[Cell, Sample], resamples: int) -> tuple[Floats, int]:
    """Draw the groups again: the same draw for all cells of the same groups, independent ones for others.

    Returns:
        the draws, and how many groups the items have that have fewest.
    """
    gaps: dict[str, dict[str, tuple[Floats, npt.NDArray[np.int64]]]] = {}
    for cell, factor in terms:
        items = samples[cell].items
        assert items is not None  # noqa: S101 - the caller has looked
        alike = gaps.setdefault(items.drawn, {})
        own = factor * items.scores.mean(axis=0)
        alike[items.of] = (own if items.of not in alike else alike[items.of][0] + own, items.groups)
    draws = [
        resampled_sums([gaps[drawn][of] for of in sorted(gaps[drawn])], resamples=resamples, seed=number)
        for number, drawn in enumerate(sorted(gaps))
    ]
    whole = min(map(len, draws))
    fewest = min(len(np.unique(groups)) for alike in gaps.values() for _, groups in alike.values())
    return np.sum([one[:whole] for one in draws], axis=0), fewest


def judge_link(link: Link, samples: Mapping[Cell, Sample], *, resamples: int = RESAMPLES) -> Judged:
    """Judge one link of a claim.

    Args:
        link: whose margin is to be above zero.
        samples: of the cells that are measured.
        resamples: draws of the groups.
    """
    margin = link.margin
    words = f"{_written(margin)} > 0"
    lacking = [str(cell) for cell in margin.cells if cell not in samples]
    if lacking:
        return Judged(words, None, "open", f"not measured: {', '.join(lacking)}")
    found = estimate(margin, samples, resamples=resamples)
    reason = _doubt(found)
    if reason:
        return Judged(words, found, "open", reason)
    return Judged(words, found, "holds" if found.value > 0 else "fails", "")


def _doubt(found: Estimate) -> str:
    if found.seeds < SEEDS_FOR_A_CLAIM:
        return f"seeds: {found.seeds}, a claim needs {SEEDS_FOR_A_CLAIM}"
    assert found.low is not None  # noqa: S101 - three seeds have a spread
    assert found.high is not None  # noqa: S101 - as above
    assert found.detectable is not None  # noqa: S101 - as above
    if found.groups is not None and found.groups < GROUPS_FOR_A_CLAIM:
        return f"groups such as pictures: {found.groups}, a claim needs {GROUPS_FOR_A_CLAIM}"
    if found.low <= 0 <= found.high:
        return "the interval covers zero"
    if abs(found.value) < found.detectable:
        return f"less than the smallest detectable difference, {found.detectable:.2g}"
    return ""


def judge(links: Sequence[Link], samples: Mapping[Cell, Sample], *, resamples: int = RESAMPLES) -> list[Judged]:
    """Judge every link of a claim."""
    return [judge_link(link, samples, resamples=resamples) for link in links]


def verdict(links: Sequence[Judged]) -> Verdict:
    """Put the links together: one that fails is enough to fail, and all must hold to hold."""
    found = {link.verdict for link in links}
    return "fails" if "fails" in found else "open" if "open" in found else "holds"


def holds_in_print(links: Sequence[Link], printed: Mapping[Cell, float]) -> bool | None:
    """Tell whether the paper's own numbers say what its words say; None where one of them is not known."""
    if any(cell not in printed for link in links for cell in link.margin.cells):
        return None
    margins = (link.margin for link in links)
    return all(math.fsum([*(n * printed[cell] for cell, n in one.terms), one.constant]) > 0 for one in margins)


def _written(combination: Sum) -> str:
    parts = [f"{'-' if factor < 0 else '+'} {_times(abs(factor))}{cell}" for cell, factor in combination.terms]
    if combination.constant:
        parts.append(f"{'-' if combination.constant < 0 else '+'} {abs(combination.constant):g}")
    return " ".join(sorted(parts, key=lambda part: part[0] != "+")).removeprefix("+ ")


def _times(factor: int) -> str:
    return "" if factor == 1 else f"{factor} "
