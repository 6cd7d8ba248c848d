"""From answers to the rows of a table: means with intervals over images, every seed, tests against the baseline."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.compare.answered import Answered
from scanpath.compare.settings import CompareSettings, RowSettings
from scanpath.errors import DataError
from scanpath.metrics.intervals import SEEDS_FOR_A_CLAIM, Interval, bootstrap_mean, paired_difference
from scanpath.report.content import Difference, Estimate, Looking, Row, RowCost

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Measured:
    """A row with the answers of its seeds, in the order of the seeds."""

    settings: RowSettings
    rung: bool
    seeds: tuple[int, ...]
    answered: tuple[Answered, ...]
    seconds: float | None
    cost: RowCost | None = None

    @property
    def scores(self) -> Floats:
        """In percent, (seeds, N)."""
        return 100 * np.stack([answered.score for answered in self.answered])


@dataclass(frozen=True)
class Summary:
    """A row of the table, and what the page's form has no place for."""

    row: Row
    one_object: Estimate | None
    """Accuracy on the questions about one object among many."""
    one_object_difference: Difference | None
    """The same, against the baseline."""
    beats: bool
    """Whether the row's interval there lies wholly above that of every rung."""


def check_alike(rows: Sequence[Measured]) -> None:
    """Refuse rows that answered different questions."""
    first = rows[0].answered[0].question_ids
    for row in rows:
        for seed, answered in zip(row.seeds, row.answered, strict=True):
            if not np.array_equal(answered.question_ids, first):
                raise DataError(
                    f"the row {row.settings.id!r} under seed {seed} answered other questions than "
                    f"{rows[0].settings.id!r}: delete its folder and compare again."
                )


def choose_baseline(settings: CompareSettings, rows: Sequence[Measured]) -> str:
    """Return the row that the others are tested against: the chosen one, else the most accurate rung."""
    if settings.baseline is not None:
        return settings.baseline
    return max((row for row in rows if row.rung), key=lambda row: float(row.scores.mean())).settings.id


def summarise(settings: CompareSettings, rows: Sequence[Measured], baseline: str) -> list[Summary]:
    """Turn measured rows into rows of the table."""
    check_alike(rows)
    base = next(row for row in rows if row.settings.id == baseline)
    summaries = [_Summariser(settings, row, base).summary() for row in rows]
    rungs = [one.one_object.high for one in summaries if one.row.kind == "rung" and one.one_object is not None]
    highest = max((high for high in rungs if high is not None), default=math.inf)
    return [replace(one, beats=one.one_object is not None and _low(one.one_object) > highest) for one in summaries]


def _low(estimate: Estimate) -> float:
    return -math.inf if estimate.low is None else estimate.low


class _Summariser:
    def __init__(self, settings: CompareSettings, row: Measured, base: Measured) -> None:
        self.row, self.base = row, base
        self.resamples = settings.analysis.resamples
        self.first = row.answered[0]
        self.scores = row.scores  # (seeds, N)
        self.everything = np.ones(len(self.first), dtype=bool)

    def estimate(self, values: Floats, where: Bools) -> Estimate:
        """Give a mean over the questions ``where``, with its interval over images."""
        found = bootstrap_mean(values[where], self.first.image_ids[where], resamples=self.resamples)
        return _estimate(found)

    def difference(self, where: Bools) -> Difference | None:
        """Test against the baseline on the questions ``where``."""
        if self.row is self.base:
            return None
        found = paired_difference(
            self.scores[:, where], self.base.scores[:, where], self.first.image_ids[where], resamples=self.resamples
        )
        return Difference(
            value=found.value,
            low=found.low,
            high=found.high,
            p=found.p,
            verdict=found.verdict if found.seeds >= SEEDS_FOR_A_CLAIM else "none",
            detectable=found.detectable,
        )

    def by_group(self, groups: Sequence[str]) -> dict[str, Estimate]:
        """Give the mean of each group of questions."""
        column = np.asarray(groups)
        return {name: self.estimate(self.scores.mean(0), column == name) for name in sorted(set(groups))}

    def looking(self) -> tuple[Looking, ...]:
        """Describe each map, where one object is asked about."""
        where = self.first.one_object
        if not where.any() or any(answered.maps != self.first.maps for answered in self.row.answered):
            return ()
        found = []
        for number, name in enumerate(self.first.maps):
            columns: dict[str, Floats] = {
                measure: 100
                * np.stack([getattr(answered, measure)[:, number] for answered in self.row.answered]).mean(0)
                for measure in ("mass", "pointing", "entropy", "area")
            }
            found.append(
                Looking(
                    name=name,
                    mass=self.estimate(columns["mass"], where),
                    pointing=float(columns["pointing"][where].mean()),
                    entropy=float(columns["entropy"][where].mean()),
                    area=float(columns["area"][where].mean()),
                )
            )
        return tuple(found)

    def faithfulness(self) -> Estimate | None:
        """Give the points lost by deleting what is attended, beyond those lost by deleting at random."""
        lost = 100 * np.stack(
            [answered.score_without_random - answered.score_without_attended for answered in self.row.answered]
        ).mean(0)
        tested = ~np.isnan(lost)
        return self.estimate(lost, tested) if tested.any() else None

    def summary(self) -> Summary:
        """Put the row together."""
        where = self.first.one_object
        looking = self.looking()
        one_object = self.estimate(self.scores.mean(0), where) if where.any() else None
        row = Row(
            id=self.row.settings.id,
            label=self.row.settings.name,
            kind="rung" if self.row.rung else "attention",
            accuracy=self.estimate(self.scores.mean(0), self.everything),
            seeds={seed: float(mean) for seed, mean in zip(self.row.seeds, self.scores.mean(1), strict=True)},
            difference=self.difference(self.everything),
            question_types=self.by_group(self.first.question_type),
            answer_types=self.by_group(self.first.answer_type),
            looking=looking,
            headline_map=max(looking, key=lambda one: one.mass.value).name if looking else None,
            faithfulness=self.faithfulness(),
            cost=self.row.cost,
            note=self.row.settings.note,
        )
        difference = None if one_object is None else self.difference(where)
        return Summary(row, one_object, difference, beats=False)


def _estimate(found: Interval) -> Estimate:
    return Estimate(value=found.value, low=found.low, high=found.high)


def plain(summary: Summary) -> Mapping[str, Any]:
    """Return a summary as JSON values."""
    from dataclasses import asdict

    values = asdict(summary)
    values["row"]["seeds"] = {str(seed): value for seed, value in summary.row.seeds.items()}
    row: dict[str, Any] = values.pop("row")
    return {**row, **values}
