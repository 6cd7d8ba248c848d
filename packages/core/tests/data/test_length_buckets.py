from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.length_buckets import LengthSampler
from scanpath.errors import ConfigError


def epoch(sampler: LengthSampler, number: int) -> list[list[int]]:
    sampler.set_epoch(number)
    return list(sampler)


@given(
    lengths=st.lists(st.integers(0, 9), min_size=1, max_size=60),
    size=st.integers(1, 9),
    world=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_each_row_comes_once_whatever_the_processes(lengths: list[int], size: int, world: int, seed: int) -> None:
    if len(lengths) < world:
        with pytest.raises(ConfigError, match="use fewer processes"):
            LengthSampler(lengths, size, seed, 0, world)
        return
    samplers = [LengthSampler(lengths, size, seed, rank, world) for rank in range(world)]
    for number in (0, 1):
        batches = [epoch(sampler, number) for sampler in samplers]
        assert {len(some) for some in batches} == {len(samplers[0])}
        assert sorted(row for some in batches for batch in some for row in batch) == list(range(len(lengths)))
        sizes = [len(batch) for some in batches for batch in some]
        assert 1 <= min(sizes) <= max(sizes) <= min(2 * size, min(sizes) + 1)
        assert batches == [epoch(sampler, number) for sampler in samplers]


def test_batches_hold_neighbours_by_length_and_epochs_differ() -> None:
    lengths = np.random.default_rng(0).integers(5, 20, 4000)
    sampler = LengthSampler(lengths, 32, seed=3)
    first, second = epoch(sampler, 0), epoch(sampler, 1)
    assert first != second
    spans = [np.ptp(lengths[batch]) for batch in first]
    assert max(spans) <= 1
    assert np.mean(np.equal(spans, 0)) > 0.85
    order = [lengths[batch[0]] for batch in first]
    assert order != sorted(order)
    assert epoch(LengthSampler(lengths, 32, seed=4), 0) != first


def test_processes_take_their_steps_at_about_one_length() -> None:
    lengths = np.random.default_rng(0).integers(5, 20, 4000)
    one, other = (epoch(LengthSampler(lengths, 16, 3, rank, 2), 0) for rank in (0, 1))
    assert all(abs(lengths[a].mean() - lengths[b].mean()) <= 1 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"size": 0}, "a batch of 0 captions"),
        ({"size": 2, "rank": 2, "world": 2}, "rank 2 of 2 processes was given, expected 0 to 1"),
    ],
)
def test_plans_that_cannot_be_are_refused(options: dict[str, int], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        LengthSampler([1, 2, 3], seed=0, **options)


def test_nothing_has_no_batches() -> None:
    assert len(LengthSampler([], 4, 0)) == 0
    assert list(LengthSampler([], 4, 0)) == []
