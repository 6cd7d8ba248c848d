"""How sure a difference is: intervals over images and seeds, paired tests, the smallest effect one could have seen.

Questions about one picture share its difficulties, so what is drawn again is the *image* with all its questions (a
cluster bootstrap; percentile intervals). The spread over seeds is another matter: it is shown beside, as a Student-t
interval of the seeds' means. McNemar's test counts flips of single questions and knows nothing of images: read it with
the paired bootstrap beside.

Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13; McNemar 1947 in its exact form.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.errors import ConfigError

Scores = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]
Verdict = Literal["better", "worse", "open"]

RESAMPLES = 2000
LEVEL = 0.95
POWER = 0.8
SEEDS_FOR_A_CLAIM = 3
_CHUNK = 1 << 21


class Interval(NamedTuple):
    """A mean and where it lies at the chosen level."""

    value: float
    low: float
    high: float


class Difference(NamedTuple):
    """A paired difference of means, first minus second."""

    value: float
    low: float
    high: float
    p: float
    """Two-sided bootstrap p-value of "no difference"."""
    standard_error: float
    detectable: float
    """The smallest true difference that a test at this level would find with a power of 80 %; verdicts ask as much."""
    seeds: int

    @property
    def verdict(self) -> Verdict:
        """``open`` while the interval covers zero, the difference is below the detectable one, or seeds are few."""
        covers_zero = self.low <= 0 <= self.high
        if covers_zero or abs(self.value) < self.detectable or self.seeds < SEEDS_FOR_A_CLAIM:
            return "open"
        return "better" if self.value > 0 else "worse"


def _cluster_sums(scores: npt.ArrayLike, groups: npt.ArrayLike, names: npt.NDArray[Any]) -> tuple[Scores, Scores]:
    """Add up scores and count questions by group, each (G,), in the order of the groups' sorted ``names`` (G,)."""
    values = np.asarray(scores, dtype=np.float64)
    members = np.asarray(groups)
    if values.ndim != 1 or values.shape != members.shape or not values.size:
        raise ConfigError(
            f"scores of shape {values.shape} with groups of shape {members.shape}: expected one group for each of at "
            "least one score."
        )
    place = np.searchsorted(names, members)
    sums = np.bincount(place, weights=values, minlength=len(names)).astype(np.float64)
    return sums, np.bincount(place, minlength=len(names)).astype(np.float64)


def resampled_means(
    scores: npt.ArrayLike, groups: npt.ArrayLike, *, resamples: int = RESAMPLES, seed: int = 0
) -> Scores:
    """Draw whole groups with replacement and take the mean of their scores, ``resamples`` times.

    Args:
        scores: one a question, (N,).
        groups: the image of each question, (N,).
        resamples: R, the number of draws.
        seed: of the draws; the same for rows that are to be compared.

    Returns:
        The means, (R,).
    """
    return resampled_sums([(scores, groups)], resamples=resamples, seed=seed)


def resampled_sums(
    parts: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]], *, resamples: int = RESAMPLES, seed: int = 0
) -> Scores:
    """Draw whole groups with replacement, the same for all parts, and add up the parts' mean scores.

    Args:
        parts: scores (N,) and the image of each (N,); the parts may hold different questions of the same images.
        resamples: R, the number of draws.
        seed: of the draws.

    Returns:
        The sums, (R,), or fewer: a draw that has no question of some part is left out.
    """
    names = np.unique(np.concatenate([np.asarray(groups) for _, groups in parts]))
    clusters = [_cluster_sums(scores, groups, names) for scores, groups in parts]
    at_once = max(1, _CHUNK // len(names))
    found = []
    for number, start in enumerate(range(0, resamples, at_once)):
        drawn = _draws(len(names), min(at_once, resamples - start), (seed, number)).astype(np.float64)
        counted = [(drawn @ sums, drawn @ counts) for sums, counts in clusters]
        whole = np.all([counts > 0 for _, counts in counted], axis=0)
        found.append(np.sum([sums[whole] / counts[whole] for sums, counts in counted], axis=0))
    return np.concatenate(found)


@functools.lru_cache(maxsize=48)
def _draws(groups: int, resamples: int, seed: tuple[int, int]) -> npt.NDArray[np.uint16]:
    """Draw how often each group is taken, (resamples, groups); kept, since compared rows share their draws."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(groups, np.full(groups, 1 / groups), size=resamples).astype(np.uint16)


def bootstrap_mean(
    scores: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    seed: int = 0,
) -> Interval:
    """Give the mean score and its percentile interval under resampling of images."""
    means = resampled_means(scores, groups, resamples=resamples, seed=seed)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(np.mean(np.asarray(scores, dtype=np.float64))), float(low), float(high))


def smallest_detectable(
    standard_error: float, freedom: float = math.inf, *, level: float = LEVEL, power: float = POWER
) -> float:
    """Give the true effect that a two-sided test at ``level`` finds with probability ``power``.

    With few degrees of freedom, as three seeds have, it is Student's test; above 200 the normal one, within 1 %.
    """
    ends = (1 + level) / 2, power
    if freedom > 200:
        return sum(map(NormalDist().inv_cdf, ends)) * standard_error
    return sum(student_quantile(end, math.floor(freedom)) for end in ends) * standard_error


def degrees_of_freedom(variances: Sequence[float], freedoms: Sequence[int]) -> float:
    """Give the degrees of freedom of a sum of independent parts (Welch 1947), from each part's variance and its own."""
    below = sum(variance**2 / own for variance, own in zip(variances, freedoms, strict=True))
    return min(freedoms) if below == 0 else max(min(freedoms), sum(variances) ** 2 / below)


def paired_difference(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    seed: int = 0,
) -> Difference:
    """Compare two rows on the same questions.

    Args:
        first: scores (N,), or (seeds, N) when a row was trained under several seeds.
        second: the same for the other row; the seeds need not be as many.
        groups: the image of each question, (N,).
        resamples: number of draws of the images.
        level: of the interval.
        seed: of the draws.

    Returns:
        The difference of the means over seeds; interval and p-value are over images alone. The standard error adds
        the variance over seeds, when both rows have at least two, to that over images (bootstrap): pictures and seeds
        are drawn apart. What single questions owe to a seed is in both, which errs on the side of caution.
    """
    one, two = np.atleast_2d(np.asarray(first, np.float64)), np.atleast_2d(np.asarray(second, np.float64))
    if one.shape[-1] != two.shape[-1]:
        raise ConfigError(f"rows with {one.shape[-1]} and {two.shape[-1]} scores: compare the same questions.")
    gap = one.mean(axis=0) - two.mean(axis=0)
    means = resampled_means(gap, groups, resamples=resamples, seed=seed)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    tail = min(np.count_nonzero(means <= 0), np.count_nonzero(means >= 0))
    variances, freedoms = [float(np.var(means, ddof=1))], [max(1, len(np.unique(groups)) - 1)]
    if min(len(one), len(two)) > 1:
        variances += [float(np.var(row.mean(axis=1), ddof=1)) / len(row) for row in (one, two)]
        freedoms += [len(row) - 1 for row in (one, two)]
    error = math.sqrt(sum(variances))
    return Difference(
        value=float(gap.mean()),
        low=float(low),
        high=float(high),
        p=min(1.0, 2 * (tail + 1) / (resamples + 1)),
        standard_error=error,
        detectable=smallest_detectable(error, degrees_of_freedom(variances, freedoms), level=level),
        seeds=min(len(one), len(two)),
    )


class Flips(NamedTuple):
    """Questions that one row answers and the other does not."""

    gained: int
    lost: int
    p: float
    """Exact two-sided p-value of McNemar's test."""


def mcnemar(before: npt.ArrayLike, after: npt.ArrayLike) -> Flips:
    """Test whether as many questions were gained as lost; both arguments are boolean, (N,)."""
    old, new = np.asarray(before, dtype=bool), np.asarray(after, dtype=bool)
    if old.shape != new.shape:
        raise ConfigError(f"rows of {old.size} and {new.size} questions: compare the same ones.")
    gained, lost = int(np.count_nonzero(new & ~old)), int(np.count_nonzero(old & ~new))
    # Of a fair coin's flips, at most the fewer on one side: sum of C(flips, k) / 2^flips, its terms in logarithms.
    flips, fewer = gained + lost, min(gained, lost)
    places = np.arange(1, fewer + 1)
    terms = np.concatenate([[0.0], np.log((flips - places + 1) / places).cumsum()]) - flips * math.log(2)
    return Flips(gained, lost, min(1.0, 2 * float(np.exp(terms).sum())))


def student_quantile(probability: float, freedom: int) -> float:
    """Give the quantile of Student's t for whole degrees of freedom, by bisection of its closed form.

    Source: Abramowitz and Stegun, 26.7.3 and 26.7.4.
    """
    if not 0.5 <= probability < 1 or freedom < 1:
        raise ConfigError(f"probability {probability} and {freedom} degrees of freedom: expected [0.5, 1) and >= 1.")
    low, high = 0.0, 1.0
    while _student_cdf(high, freedom) < probability:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_cdf(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def _student_cdf(t: float, freedom: int) -> float:
    angle = math.atan(t / math.sqrt(freedom))
    odd = freedom % 2
    term = math.cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for order in range(3 if odd else 2, freedom - 1, 2):
        term *= (order - 1) / order * math.cos(angle) ** 2
        total += term
    inside = math.sin(angle) * total
    return 0.5 + 0.5 * ((2 / math.pi) * (angle + inside) if odd else inside)


def seed_interval(means: npt.ArrayLike, *, level: float = LEVEL) -> Interval | None:
    """Give the mean over seeds with its Student-t interval; None for a single seed, which tells of no spread."""
    values = np.asarray(means, dtype=np.float64)
    if values.size < 2:
        return None
    half = student_quantile((1 + level) / 2, values.size - 1) * float(values.std(ddof=1)) / math.sqrt(values.size)
    middle = float(values.mean())
    return Interval(middle, middle - half, middle + half)
