"""What is drawn follows from seed, visit and picture; processes share the batches of one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from scanpath.data.labelled_catalogue import find_labelled
from scanpath.errors import DataError
from scanpath_attention_rnn.tasks.editing.pictures import EditingDataset, Visits, draw


def test_a_visit_is_drawn_alike_each_time():
    one, again, other = draw(3, 1, 7, 600), draw(3, 1, 7, 600), draw(3, 2, 7, 600)
    assert one.mix.tolist() == again.mix.tolist() != other.mix.tolist()
    found = [draw(0, 0, row, 600) for row in range(600)]
    assert 250 < sum(one.flipped for one in found) < 350
    thirds = Counter(one.donor // 200 for one in found)
    assert set(thirds) == {0, 1, 2}
    assert min(thirds.values()) > 150
    mixes = np.stack([one.mix for one in found])
    assert 0 <= mixes.min() < 0.01 < 0.99 < mixes.max() < 1
    assert abs(np.corrcoef(mixes.T)[0, 1]) < 0.1


def test_targets_are_any_pictures_values_and_pictures_are_mirrored(task):
    split = task.split("train")
    plain, mirrored = (EditingDataset(split, side=16, seed=5, flip=flip) for flip in (False, True))
    flips, kept = 0, np.zeros(3)
    for number in range(3 * len(split)):
        one, other = plain[number], mirrored[number]
        row = number % len(split)
        drawn = draw(5, number // len(split), row, len(split))
        assert one.targets.tolist() == plain.values[drawn.donor].tolist()
        kept += one.targets == one.values
        assert np.array_equal(one.picture, split.picture(row))
        assert np.array_equal(other.picture, one.picture[:, :, ::-1] if drawn.flipped else one.picture)
        flips += drawn.flipped
    assert 24 < flips < 48
    assert (kept > 12).all()  # or what is not asked to change could be changed unseen
    assert (kept < 60).all()
    assert one.parts is None


def test_an_evaluation_draws_nothing_and_knows_the_parts(task):
    maps = find_labelled("faces", task.settings.root).label_maps()
    dataset = EditingDataset(task.split("test"), side=16, seed=None, flip=True, parts=maps)
    item = dataset[2]
    assert np.array_equal(item.parts, maps[item.key])
    assert np.array_equal(item.picture, task.split("test").picture(2))
    assert (item.targets.tolist(), item.mix.tolist()) == (item.values.tolist(), [0, 0, 0])
    with pytest.raises(DataError, match=r"has 16 rows, the picture 32: give task.side=16"):
        EditingDataset(task.split("test"), side=32, seed=None, flip=True, parts=maps)[0]


def test_two_processes_share_the_batches_of_one():
    one = Visits(24, 6, seed=4)
    two = [Visits(24, 3, seed=4, rank=rank, world=2) for rank in range(2)]
    for epoch in range(3):
        for sampler in (one, *two):
            sampler.set_epoch(epoch)
        whole = [*one]
        assert whole == [first + second for first, second in zip(*two, strict=True)]
        assert sorted(number for numbers in whole for number in numbers) == [*range(24 * epoch, 24 * (epoch + 1))]
        assert len(one) == len(whole) == 4
