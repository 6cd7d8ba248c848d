from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.grouping import ImageGroupedSampler
from scanpath.errors import ConfigError
from scanpath.types import BatchSampler

IDS = np.repeat(np.asarray([31, 7, 19, 2, 23, 5, 11]), [3, 5, 2, 7, 1, 3, 5])


def test_it_is_a_batch_sampler() -> None:
    sampler: BatchSampler = ImageGroupedSampler(IDS, 7)
    assert len(list(sampler)) == len(sampler) == 4


def test_without_a_seed_everything_comes_in_order() -> None:
    sampler = ImageGroupedSampler(IDS, 7)
    assert [row for batch in sampler for row in batch] == list(range(len(IDS)))
    assert list(sampler) == list(sampler)


def test_pictures_stay_together() -> None:
    for seed in (None, 3):
        holders: dict[int, set[int]] = {}
        for number, batch in enumerate(ImageGroupedSampler(IDS, 7, seed)):
            for row in batch:
                holders.setdefault(int(IDS[row]), set()).add(number)
        assert all(len(batches) == 1 for batches in holders.values())


def test_scattered_questions_of_a_picture_are_brought_together() -> None:
    sampler = ImageGroupedSampler([2, 3, 2, 3, 2, 3], 3)
    assert list(sampler) == [[0, 2, 4], [1, 3, 5]]


def test_the_order_changes_with_epoch_and_seed_and_returns() -> None:
    sampler = ImageGroupedSampler(IDS, 7, seed=3)
    first = list(sampler)
    sampler.set_epoch(1)
    second = list(sampler)
    sampler.set_epoch(0)
    assert first == list(sampler) == list(ImageGroupedSampler(IDS, 7, seed=3))
    assert first != second
    assert first != list(ImageGroupedSampler(IDS, 7, seed=5))


def test_most_questions_of_a_picture_in_a_shuffled_batch() -> None:
    ids = np.repeat(np.arange(97), 10)
    sampler = ImageGroupedSampler(ids, 32, seed=3, most=1)
    assert min(len(np.unique(ids[batch])) for batch in sampler) > 20
    pairs = ImageGroupedSampler(ids, 32, seed=3, most=2)
    assert np.mean([len(np.unique(ids[batch])) for batch in pairs]) < 17
    assert len(list(ImageGroupedSampler(ids, 10, most=1))) == 97, "what is in order stays together"


def test_which_questions_of_a_picture_stay_together_changes_with_the_epoch() -> None:
    ids = np.zeros(20, dtype=int)
    sampler = ImageGroupedSampler(ids, 5, seed=3)
    first = {frozenset(batch) for batch in sampler}
    sampler.set_epoch(1)
    assert first != {frozenset(batch) for batch in sampler}


@given(
    most=st.none() | st.integers(1, 7),
    lengths=st.lists(st.integers(1, 13), min_size=1, max_size=29),
    size=st.integers(1, 17),
    seed=st.none() | st.integers(0, 5),
    world=st.integers(1, 5),
    epoch=st.integers(0, 2),
)
def test_every_question_comes_once_and_ranks_take_equally_many_steps(
    most: int | None, lengths: list[int], size: int, seed: int | None, world: int, epoch: int
) -> None:
    ids = np.repeat(np.arange(len(lengths)), lengths)
    if seed is not None and len(ids) < world:
        with pytest.raises(ConfigError, match="use fewer processes"):
            ImageGroupedSampler(ids, size, seed, 0, world)
        return
    rows, steps = [], set()
    for rank in range(world):
        sampler = ImageGroupedSampler(ids, size, seed, rank, world, most=most)
        sampler.set_epoch(epoch)
        batches = list(sampler)
        assert len(batches) == len(sampler)
        assert all(0 < len(batch) < 2 * size + max(size, min(max(lengths), size)) for batch in batches)
        steps.add(len(batches))
        rows += [row for batch in batches for row in batch]
    assert sorted(rows) == list(range(len(ids)))
    if seed is not None:
        assert len(steps) == 1


def test_batches_are_nearly_even() -> None:
    ids = np.repeat(np.arange(997), 10)
    for seed in (None, 3):
        lengths = [len(batch) for batch in ImageGroupedSampler(ids, 256, seed)]
        assert max(lengths) <= 266
        assert min(lengths) >= 245


def test_no_questions_make_no_batches() -> None:
    sampler = ImageGroupedSampler([], 7)
    assert (len(sampler), list(sampler)) == (0, [])


def test_impossible_plans_are_refused() -> None:
    with pytest.raises(ConfigError, match="a batch of 0 questions"):
        ImageGroupedSampler(IDS, 0)
    with pytest.raises(ConfigError, match="0 questions of a picture"):
        ImageGroupedSampler(IDS, 7, most=0)
    with pytest.raises(ConfigError, match="rank 3 of 3 processes"):
        ImageGroupedSampler(IDS, 7, 3, 3, 3)
