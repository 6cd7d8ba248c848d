"""Batches of rows of near-equal length, so that little of a batch is padding, for any number of processes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from scanpath.errors import ConfigError


class LengthSampler:
    """The order of an epoch: batches of about ``size`` rows that are next to each other by length.

    A ``types.BatchSampler``. Rows are shuffled anew every epoch, by seed and epoch alone, then ordered by length and
    cut evenly, and the batches shuffled: nearly all hold one length, and where a length ends, the next. Every row comes
    exactly once an epoch over all processes, whose batches of one step are of about one length too. The number of
    batches is the same in every epoch and on every rank.
    """

    def __init__(self, lengths: npt.ArrayLike, size: int, seed: int, rank: int = 0, world: int = 1) -> None:
        """Plan the batches.

        Args:
            lengths: (N,), of each row.
            size: how many rows a batch should have; it may have a few fewer, and up to twice as many where there are
                hardly more rows than processes.
            seed: of the shuffling.
            rank: the number of this process.
            world: how many processes share the epoch.

        Raises:
            ConfigError: a size below 1, a rank outside the world, fewer rows than processes.
        """
        if size < 1:
            raise ConfigError(f"a batch of {size} captions was asked for, expected at least 1.")
        if not 0 <= rank < world:
            raise ConfigError(f"rank {rank} of {world} processes was given, expected 0 to {world - 1}.")
        self._lengths = np.asarray(lengths)
        rows = len(self._lengths)
        if 0 < rows < world:
            raise ConfigError(
                f"{rows} captions were given to {world} processes, expected at least one each: use fewer processes."
            )
        self._batches = min(-(-rows // (size * world)), rows // world)  # of this process; none is empty
        self._seed, self._rank, self._world, self._epoch = seed, rank, world, 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order the next ``iter`` gives."""
        self._epoch = epoch

    def __len__(self) -> int:
        """Count the batches of an epoch, of this process."""
        return self._batches

    def __iter__(self) -> Iterator[list[int]]:
        """Yield this process's batches of the chosen epoch, lists of row numbers."""
        random = np.random.default_rng((self._seed, self._epoch))
        rows = random.permutation(len(self._lengths))
        rows = rows[np.argsort(self._lengths[rows], kind="stable")]
        cuts = np.linspace(0, len(rows), self._batches * self._world + 1).round().astype(np.int64)
        for step in random.permutation(self._batches).tolist():
            batch = step * self._world + self._rank
            yield rows[cuts[batch] : cuts[batch + 1]].tolist()
