"""Batches without end, epoch after epoch, whose place can be saved and found again between any two of them."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import signal
import time
import warnings
import weakref
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch

from scanpath.errors import DataError, ScanpathError, missing_extra
from scanpath.training.randomness import Seeded, mix
from scanpath.types import Batches, BatchSampler


class Ticket(NamedTuple):
    """What the loader hands to a worker: the items of one batch, and its place."""

    epoch: int
    position: int
    numbers: list[int]


class Loaded(NamedTuple):
    """One batch as it comes out of the loader."""

    items: int
    """How many it holds."""
    batch: Any
    """What the task's collate made of them."""


class _Tickets:
    """A batch sampler whose batches know their place; it can begin in the middle of an epoch."""

    def __init__(self, sampler: BatchSampler) -> None:
        self.sampler = sampler
        self.epoch = 0
        self.start = 0

    def __len__(self) -> int:
        return len(self.sampler)

    def __iter__(self) -> Iterator[Ticket]:
        self.sampler.set_epoch(self.epoch)
        for position, numbers in enumerate(self.sampler):
            if position >= self.start:
                yield Ticket(self.epoch, position, numbers)


class _Reader:
    """A data set of tickets: it reads and collates a whole batch under the batch's own random numbers."""

    def __init__(self, batches: Batches, seed: int) -> None:
        self.dataset, _, self.collate = batches
        self.seed = seed

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitems__(self, ticket: Ticket) -> Loaded:
        with Seeded(mix(self.seed, ticket.epoch, ticket.position)):
            try:
                if hasattr(self.dataset, "__getitems__"):
                    items = self.dataset.__getitems__(ticket.numbers)
                else:
                    items = [self.dataset[number] for number in ticket.numbers]
                return Loaded(len(ticket.numbers), self.collate(items))
            except ScanpathError as error:  # raised by the reader, it would reach the user as a worker's traceback
                return Loaded(-1, error)


def _same(loaded: Loaded) -> Loaded:
    return loaded


def _begin_worker(worker: int) -> None:  # noqa: ARG001 - the loader's signature
    """Let a worker go on sharing its parent's memory, and leave signals to the trainer.

    What reaches the whole process group, Ctrl-C or a scheduler's SIGTERM, is to end a step and not its loader.
    """
    gc.freeze()  # a collection writes to every object that it looks at, and what is written to is copied
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


#: Workers and the process that started them. They ignore SIGTERM, which is also how Python ends those left at exit.
_WORKERS: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()


@atexit.register
def _end_workers() -> None:
    """Kill the workers that an error has left, or the process would wait for them for ever."""
    left = [worker for worker, owner in _WORKERS.items() if owner == os.getpid() and worker.is_alive()]
    if left and hasattr(signal, "SIGCHLD"):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # torch's handler would call each a failure
    for worker in left:
        worker.kill()


def _started(loader: Any) -> Iterator[Loaded]:
    """Begin a pass over a loader, and know the workers that it started."""
    before = set(multiprocessing.active_children())
    iterator: Iterator[Loaded] = iter(loader)
    _WORKERS.update(dict.fromkeys(set(multiprocessing.active_children()) - before, os.getpid()))
    return iterator


class Stream:
    """An endless iterator over the batches of a split.

    Attributes:
        epoch: the epoch of the next batch, from 0.
        position: batches of that epoch already given.
        waited: seconds spent in waiting for batches.
    """

    def __init__(self, batches: Batches, *, seed: int, workers: int = 0, pin: bool = False) -> None:
        if not len(batches.sampler):
            raise DataError("the split gives no batch: it is empty, or smaller than one batch for every process.")
        self.epoch = 0
        self.position = 0
        self.waited = 0.0
        self.workers = workers
        self._tickets = _Tickets(batches.sampler)
        self._loader = _loader(self._tickets, _Reader(batches, seed), workers=workers, pin=pin)
        self._iterator: Iterator[Loaded] | None = None

    @property
    def batches_per_epoch(self) -> int:
        """Count the batches of an epoch."""
        return len(self._tickets)

    def __next__(self) -> Loaded:
        """Give the next batch, of the next epoch where one has ended."""
        began = time.perf_counter()
        loaded = self._next()
        self.waited += time.perf_counter() - began
        if isinstance(loaded.batch, ScanpathError):
            raise loaded.batch
        return loaded

    def _next(self) -> Loaded:
        iterator = self._iterator or self._begin()
        try:
            loaded = next(iterator)
        except StopIteration:
            self.epoch, self.position, self._tickets.start = self.epoch + 1, 0, 0
            loaded = next(self._begin())
        self.position += 1
        return loaded

    def _begin(self) -> Iterator[Loaded]:
        self._tickets.epoch = self.epoch
        with warnings.catch_warnings():
            # Workers are forked while torch's idle threads exist; they touch nothing of theirs.
            warnings.filterwarnings("ignore", ".*use of fork.*", DeprecationWarning)
            iterator = _started(self._loader)
        self._iterator = iterator
        return iterator

    def state_dict(self) -> dict[str, Any]:
        """Return the place between the last batch given and the next."""
        if self.position == self.batches_per_epoch:
            return {"epoch": self.epoch + 1, "position": 0, "workers": self.workers, "loader": None}
        counted = self._iterator is None or self._tickets.start > 0  # the loader knows nothing of what was skipped
        loader = None if counted else self._loader.state_dict()
        return {"epoch": self.epoch, "position": self.position, "workers": self.workers, "loader": loader}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go to a place; one saved under another number of workers is found by counting batches."""
        self.epoch, self.position = state["epoch"], state["position"]
        self._tickets.epoch = self.epoch
        if state["loader"] is not None and state["workers"] == self.workers:
            self._loader.load_state_dict(state["loader"])
        else:
            self._tickets.start = self.position

    def close(self) -> None:
        """End the workers."""
        self._iterator = None
        self._loader = None


def one_pass(batches: Batches, *, workers: int = 0, pin: bool = False) -> Iterator[Loaded]:
    """Give the batches of one epoch, each under random numbers of its own that are the same in every pass."""
    for loaded in _started(_loader(_Tickets(batches.sampler), _Reader(batches, 0), workers=workers, pin=pin)):
        if isinstance(loaded.batch, ScanpathError):
            raise loaded.batch
        yield loaded


def _loader(tickets: _Tickets, reader: _Reader, *, workers: int, pin: bool) -> Any:
    try:
        from torchdata.stateful_dataloader import StatefulDataLoader
    except ImportError:
        raise missing_extra("torchdata", purpose="training") from None
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'set_vital' is deprecated")  # torchdata 0.11 on torch 2.15
        return StatefulDataLoader(
            reader,
            batch_sampler=tickets,
            collate_fn=_same,
            num_workers=workers,
            persistent_workers=workers > 0,
            worker_init_fn=_begin_worker,
            pin_memory=pin,
            generator=torch.Generator().manual_seed(0),  # else it would draw from the model's random numbers
        )
