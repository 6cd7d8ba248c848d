"""The stream of batches: any place can be saved and found again, under any number of workers."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch

from scanpath.errors import DataError
from scanpath.training.loader import Stream, one_pass
from scanpath.types import Batches

SIZE, SEED = 7, 5


def make_stream(toy, *, workers: int = 0, noisy: bool = True, hook=None) -> Stream:
    dataset = toy.ToyDataset("train", noisy=noisy, hook=hook)
    batches = Batches(dataset, toy.ToySampler(len(dataset), SIZE, SEED, 0, 1), toy.collate)
    return Stream(batches, seed=SEED, workers=workers)


def take(stream: Stream, count: int) -> list[torch.Tensor]:
    return [next(stream).batch.x for _ in range(count)]


def equal(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return len(one) == len(other) and all(map(torch.equal, one, other))


@pytest.fixture(scope="module")
def expected(toy) -> list[torch.Tensor]:
    """Two epochs and a half, of 53 // 7 = 7 batches each."""
    return take(make_stream(toy), 17)


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("place", [0, 1, 5, 7, 10])
def test_any_place_is_found_again(toy, expected, workers, place):
    stream = make_stream(toy, workers=workers)
    assert equal(take(stream, place), expected[:place])
    state = json.loads(json.dumps(stream.state_dict()))
    stream.close()
    other = make_stream(toy, workers=workers)
    other.load_state_dict(state)
    assert (other.epoch, other.position) == divmod(place, 7)
    assert equal(take(other, 17 - place), expected[place:])
    other.close()


def test_a_place_is_found_under_another_number_of_workers(toy, expected):
    stream = make_stream(toy, workers=2)
    take(stream, 10)
    other = make_stream(toy)
    other.load_state_dict(stream.state_dict())
    stream.close()
    assert equal(take(other, 7), expected[10:])


@pytest.mark.parametrize("workers", [0, 2])
def test_a_place_is_found_after_the_number_of_workers_has_changed(toy, expected, workers):
    stream = make_stream(toy, workers=2 - workers)
    take(stream, 3)
    between = make_stream(toy, workers=workers)
    between.load_state_dict(stream.state_dict())
    stream.close()
    take(between, 2)
    other = make_stream(toy, workers=workers)
    other.load_state_dict(between.state_dict())
    between.close()
    assert equal(take(other, 4), expected[5:9])
    other.close()


def test_a_signal_to_the_whole_process_group_ends_no_worker(toy, expected):
    """A scheduler, ``timeout`` and systemd send SIGTERM to every process; the trainer alone saves and leaves."""
    stream = make_stream(toy, workers=1)
    assert equal(take(stream, 1), expected[:1])
    for worker in multiprocessing.active_children():
        for number in (signal.SIGINT, signal.SIGTERM):  # from another process: torch's workers obey their parent's
            code = f"import os; os.kill({worker.pid}, {int(number)})"
            subprocess.run([sys.executable, "-S", "-c", code], check=True)
    assert equal(take(stream, 9), expected[1:10])
    stream.close()


UNCAUGHT = """
    import toy_task as toy
    from scanpath.training.loader import Stream
    from scanpath.types import Batches

    dataset = toy.ToyDataset("train", noisy=False)
    stream = Stream(Batches(dataset, toy.ToySampler(len(dataset), 7, 5, 0, 1), toy.collate), seed=5, workers=1)
    next(stream)
    raise KeyError("uncaught")
"""


def test_an_error_that_nobody_catches_leaves_no_worker_to_wait_for():
    folder = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(UNCAUGHT)],
        env={**os.environ, "PYTHONPATH": folder, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.endswith("KeyError: 'uncaught'\n")


def test_reading_draws_from_no_other_numbers(toy):
    torch.manual_seed(3)
    random.seed(3)
    expected = torch.rand(2).tolist(), random.random()
    torch.manual_seed(3)
    random.seed(3)
    take(make_stream(toy), 9)
    assert (torch.rand(2).tolist(), random.random()) == expected


def test_epochs_differ_and_counts_are_right(toy):
    stream = make_stream(toy, noisy=False)
    epochs = [[next(stream) for _ in range(7)] for _ in range(2)]
    orders = [torch.cat([loaded.batch.keys for loaded in epoch]).tolist() for epoch in epochs]
    assert orders[0] != orders[1]
    assert all(len(set(order)) == 49 for order in orders)
    assert {loaded.items for epoch in epochs for loaded in epoch} == {SIZE}
    assert stream.waited > 0


def test_one_pass_gives_all_once_and_twice_the_same(toy):
    dataset = toy.ToyDataset("train", noisy=True)
    batches = Batches(dataset, toy.ToySampler(len(dataset), SIZE, None, 0, 1), toy.collate)
    first, second = ([loaded.batch for loaded in one_pass(batches)] for _ in range(2))
    assert torch.cat([batch.keys for batch in first]).tolist() == list(range(53))
    assert equal([batch.x for batch in first], [batch.x for batch in second])


@pytest.mark.parametrize("workers", [0, 1])
def test_an_error_of_the_data_reaches_the_user_as_its_sentence(toy, workers):
    def broken(split, numbers):
        raise DataError("picture 13 is damaged: fetch it again.")

    stream = make_stream(toy, workers=workers, hook=broken)
    with pytest.raises(DataError, match=r"^picture 13 is damaged: fetch it again\.$"):
        next(stream)
    stream.close()
    dataset = toy.ToyDataset("train", noisy=True, hook=broken)
    with pytest.raises(DataError, match=r"^picture 13"):
        list(one_pass(Batches(dataset, toy.ToySampler(5, 2, None, 0, 1), toy.collate)))


def test_a_data_set_without_batches_of_its_own(toy):
    items = [(number, torch.full((2,), float(number)), torch.zeros(1)) for number in range(5)]
    stream = Stream(Batches(items, toy.ToySampler(5, 2, 1, 0, 1), toy.collate), seed=0)
    loaded = next(stream)
    assert torch.equal(loaded.batch.x[:, 0], loaded.batch.keys.float())


def test_an_empty_split_is_named(toy):
    with pytest.raises(DataError, match="gives no batch"):
        Stream(Batches([], toy.ToySampler(3, 5, 1, 0, 1), toy.collate), seed=0)
