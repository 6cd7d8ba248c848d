"""Intervals and tests: hand-worked values, slow loops, and a simulation of their coverage."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from scanpath.errors import ConfigError
from scanpath.metrics.intervals import (
    bootstrap_mean,
    degrees_of_freedom,
    mcnemar,
    paired_difference,
    resampled_means,
    resampled_sums,
    seed_interval,
    smallest_detectable,
    student_quantile,
)


def _world(generator: np.random.Generator, images: int, each: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Scores whose images differ: mean 0.5, questions of one image are alike."""
    chances = np.clip(generator.normal(0.5, spread, size=images), 0, 1)
    return (generator.random((images, each)) < chances[:, None]).astype(float).ravel(), np.repeat(
        np.arange(images), each
    )


def test_resampling_equals_a_loop_over_whole_images() -> None:
    scores, groups = np.array([1.0, 0.0, 1.0, 0.3, 0.6]), np.array([7, 7, 11, 13, 13])
    means = resampled_means(scores, groups, resamples=5000, seed=3)
    members = [scores[groups == group] for group in (7, 11, 13)]
    loop_generator = np.random.default_rng(5)
    loop = [
        np.mean(np.concatenate([members[index] for index in loop_generator.integers(3, size=3)])) for _ in range(5000)
    ]
    assert means.mean() == pytest.approx(np.mean(loop), abs=0.01)
    assert means.std() == pytest.approx(np.std(loop), abs=0.01)
    possible = {
        round(float(np.mean(np.concatenate([members[a], members[b], members[c]]))), 9)
        for a in range(3)
        for b in range(3)
        for c in range(3)
    }
    assert {round(float(mean), 9) for mean in means} == possible


def test_seeded_and_independent_of_the_order_of_questions() -> None:
    scores, groups = _world(np.random.default_rng(0), 17, 5, 0.2)
    interval = bootstrap_mean(scores, groups, resamples=211)
    assert interval == bootstrap_mean(scores, groups, resamples=211)
    order = np.random.default_rng(1).permutation(len(scores))
    assert bootstrap_mean(scores[order], groups[order], resamples=211) == pytest.approx(interval)
    assert interval != bootstrap_mean(scores, groups, resamples=211, seed=1)
    assert interval.low < interval.value < interval.high


def test_interval_of_clustered_scores_covers_the_truth() -> None:
    generator = np.random.default_rng(2)
    covered = single = 0
    for trial in range(300):
        scores, groups = _world(generator, 53, 7, 0.25)
        interval = bootstrap_mean(scores, groups, resamples=300, seed=trial)
        covered += interval.low <= 0.5 <= interval.high
        naive = bootstrap_mean(scores, np.arange(len(scores)), resamples=300, seed=trial)
        single += naive.low <= 0.5 <= naive.high
    assert 0.91 <= covered / 300 <= 0.975
    assert single / 300 < 0.9, "an interval that draws single questions must be seen to be too narrow"


def test_paired_difference_of_rows() -> None:
    generator = np.random.default_rng(11)
    base, groups = _world(generator, 101, 7, 0.2)
    better = np.maximum(base, (generator.random(len(base)) < 0.1).astype(float))
    found = paired_difference(better, base, groups)
    assert found.value == pytest.approx((better - base).mean())
    assert found.low > 0
    assert found.p == pytest.approx(2 / 2001)
    # Student's with 100 degrees of freedom, one less than the pictures (tables of Student's distribution)
    assert found.detectable == pytest.approx((1.983972 + 0.845230) * found.standard_error, rel=1e-5)
    assert found.verdict == "open", "one seed is no claim"
    three = paired_difference(np.stack([better] * 3), np.stack([base] * 3), groups)
    assert three[:3] == pytest.approx(found[:3])
    assert three.verdict == "better"
    worse = paired_difference(np.stack([base] * 3), np.stack([better] * 3), groups)
    assert (worse.verdict, worse.value) == ("worse", -three.value)
    same = paired_difference(base, base, groups)
    assert (same.value, same.low, same.high, same.p, same.verdict) == (0, 0, 0, 1, "open")


def test_spread_over_seeds_widens_what_is_detectable() -> None:
    groups = np.arange(97)
    first = np.stack([np.full(97, 0.2), np.full(97, 0.5), np.full(97, 0.8)])
    second = np.full((3, 97), 0.4)
    found = paired_difference(first, second, groups)
    assert found.standard_error == pytest.approx(0.3 / math.sqrt(3))
    assert found.low == pytest.approx(0.1)
    assert found.detectable == pytest.approx((4.302653 + 1.060660) * 0.3 / math.sqrt(3), rel=1e-5), "three seeds: t(2)"
    assert found.verdict == "open"


def test_standard_error_covers_images_and_seeds_together() -> None:
    generator = np.random.default_rng(29)
    groups = np.repeat(np.arange(101), 3)
    values, errors = [], []
    for trial in range(300):
        shared = np.repeat(generator.normal(0, 0.3, size=101), 3)  # by image: spread 0.030
        one, two = (generator.normal(0, 0.037, size=(3, 1)) + np.zeros((3, 303)) for _ in range(2))  # by seed: 0.030
        found = paired_difference(one + shared, two, groups, resamples=200, seed=trial)
        values.append(found.value)
        errors.append(found.standard_error)
    assert np.mean(np.square(errors)) / np.var(values) == pytest.approx(1, abs=0.2)


def test_rejection_rate_without_a_difference() -> None:
    generator = np.random.default_rng(23)
    rejected = 0
    for trial in range(1500):
        one, groups = _world(generator, 53, 5, 0.2)
        two, _ = _world(generator, 53, 5, 0.2)
        rejected += paired_difference(one, two, groups, resamples=200, seed=trial).p < 0.05
    assert 0.04 <= rejected / 1500 <= 0.075


@pytest.mark.parametrize(("gained", "lost", "p"), [(0, 0, 1.0), (5, 0, 2 / 32), (1, 8, 2 * 10 / 512), (3, 3, 1.0)])
def test_mcnemar(gained: int, lost: int, p: float) -> None:
    before = np.array([False] * gained + [True] * lost + [True, False])
    after = np.array([True] * gained + [False] * lost + [True, False])
    assert mcnemar(before, after) == (gained, lost, pytest.approx(p))


@pytest.mark.parametrize(("gained", "lost"), [(1009, 1103), (499, 701), (3, 1999)])
def test_mcnemar_equals_whole_numbers(gained: int, lost: int) -> None:
    before = np.arange(gained + lost) < lost
    tail = sum(math.comb(gained + lost, count) for count in range(min(gained, lost) + 1))
    assert mcnemar(before, ~before).p == pytest.approx(2 * tail / 2 ** (gained + lost), rel=1e-9)


def test_mcnemar_with_as_many_flips_as_a_real_split_has() -> None:
    before = np.arange(60_000) < 29_700
    began = time.perf_counter()
    found = mcnemar(before, ~before)
    assert time.perf_counter() - began < 1
    assert found.p == pytest.approx(math.erfc((600 - 1) / math.sqrt(60_000) / math.sqrt(2)), rel=0.01)


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(1, 12.7062), (2, 4.30265), (3, 3.18245), (4, 2.77645), (7, 2.36462), (30, 2.04227)]
)
def test_student_quantiles(freedom: int, quantile: float) -> None:
    assert student_quantile(0.975, freedom) == pytest.approx(quantile, rel=1e-5)
    assert student_quantile(0.5, freedom) == pytest.approx(0, abs=1e-12)


def test_seed_interval() -> None:
    interval = seed_interval([0.61, 0.64, 0.67])
    assert interval is not None
    half = 4.30265 * 0.03 / math.sqrt(3)
    assert interval == pytest.approx((0.64, 0.64 - half, 0.64 + half), rel=1e-5)
    assert seed_interval([0.61]) is None


def test_smallest_detectable() -> None:
    assert smallest_detectable(0.01) == pytest.approx(0.0280159, rel=1e-5)
    assert smallest_detectable(0.01, power=0.5) == pytest.approx(0.0195996, rel=1e-5)
    assert smallest_detectable(0.01, 4.9) == pytest.approx(0.01 * (2.776445 + 0.940965), rel=1e-5)
    assert smallest_detectable(1, 200) == pytest.approx(smallest_detectable(1), rel=0.01)


def test_degrees_of_freedom_of_a_sum() -> None:
    assert degrees_of_freedom([2.0, 2.0], [3, 3]) == pytest.approx(6)
    assert degrees_of_freedom([4.0, 0.0], [3, 50]) == pytest.approx(3)
    assert degrees_of_freedom([0.0, 0.0], [3, 50]) == 3


def test_wrong_sizes() -> None:
    with pytest.raises(ConfigError, match="one group for each"):
        bootstrap_mean([0.1, 0.2], [1])
    with pytest.raises(ConfigError, match="at least one score"):
        bootstrap_mean([], [])
    with pytest.raises(ConfigError, match="same questions"):
        paired_difference([0.1, 0.2], [0.1], [1, 2])
    with pytest.raises(ConfigError, match="same ones"):
        mcnemar([True], [True, False])
    with pytest.raises(ConfigError, match="degrees of freedom"):
        student_quantile(0.2, 3)


def test_parts_share_their_draws_and_a_draw_without_some_part_is_left_out() -> None:
    scores, groups = np.asarray([10.0, 20.0, 60.0]), np.asarray([3, 3, 7])
    twice = resampled_sums([(scores, groups), (-scores, groups)], resamples=50)
    assert twice.tolist() == [0.0] * 50
    rare = resampled_sums([(scores, groups), (np.asarray([1.0]), np.asarray([9]))], resamples=500)
    share = (1 - 1 / 3) ** 3 + (1 / 3) ** 3  # the picture 9 is in no draw, or in all of it
    assert len(rare) == pytest.approx(500 * (1 - share), abs=5 * (500 * share * (1 - share)) ** 0.5)
    assert set(np.round(rare, 6)) == {16.0, 61.0, 31.0}


def test_a_single_part_is_drawn_as_ever() -> None:
    """Written down before several parts could share their draws: committed intervals must not move."""
    means = resampled_means([1, 0, 1, 0.3, 0.6], [7, 7, 11, 13, 13], resamples=7, seed=3)
    assert means.tolist() == pytest.approx([0.56, 0.6, 0.56, 1.4 / 3, 1.4 / 3, 0.58, 0.58])
