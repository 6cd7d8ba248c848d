"""Batches that keep the questions about one picture together, dealt evenly to any number of processes.

Five to ten questions share a picture; a batch of whole pictures reads and encodes each one once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from scanpath.data.ragged import ragged
from scanpath.errors import ConfigError

Ints = npt.NDArray[np.int64]


class ImageGroupedSampler:
    """The order of an epoch: whole pictures in batches of about ``size`` questions (a ``types.BatchSampler``).

    With a ``seed`` pictures, and the questions of each, are shuffled anew every epoch, by seed and epoch alone, and
    ``most`` parts a picture's questions, so that one batch holds more pictures. Without a seed everything comes in
    order. Either way each question comes exactly once an epoch over all processes, and the number of batches is the
    same in every epoch; with a seed it is the same on every rank, too. The pictures are cut into that number of runs
    as even as whole pictures allow, so a batch may hold a few questions more or fewer than ``size``. A picture with
    more than ``size`` questions is spread over several batches.
    """

    def __init__(
        self,
        image_ids: npt.ArrayLike,
        size: int,
        seed: int | None = None,
        rank: int = 0,
        world: int = 1,
        *,
        most: int | None = None,
    ) -> None:
        """Plan the batches.

        Args:
            image_ids: (N,), the picture of each question.
            size: how many questions a batch should have.
            seed: of the shuffling; None keeps the order.
            rank: the number of this process.
            world: how many processes share the epoch.
            most: questions of a picture that stay together in a shuffled epoch; None keeps all.

        Raises:
            ConfigError: a size or ``most`` below 1, a rank outside the world, or, with a seed, fewer questions than
                processes.
        """
        if size < 1:
            raise ConfigError(f"a batch of {size} questions was asked for, expected at least 1.")
        if not 0 <= rank < world:
            raise ConfigError(f"rank {rank} of {world} processes was given, expected 0 to {world - 1}.")
        if most is not None and most < 1:
            raise ConfigError(f"{most} questions of a picture were asked for in a batch, expected at least 1.")
        together = size if most is None or seed is None else min(size, most)
        self._image_ids = np.asarray(image_ids, dtype=np.int64)
        self._rows, self._lengths = _chunks(self._image_ids, together)
        self._seed, self._rank, self._world, self._epoch = seed, rank, world, 0
        questions = len(self._rows)
        wanted = -(-questions // size)
        if seed is not None:
            wanted = -(-wanted // world) * world
            if wanted > len(self._lengths):
                self._lengths = np.ones(questions, np.int64)
            wanted = min(wanted, len(self._lengths) // world * world)
            if questions and not wanted:
                raise ConfigError(
                    f"{questions} questions were given to {world} processes, expected at least one question each: "
                    "use fewer processes."
                )
        self._batches = min(wanted, len(self._lengths))

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order the next ``iter`` gives."""
        self._epoch = epoch

    def __len__(self) -> int:
        """Count the batches of an epoch, of this process."""
        return len(range(self._rank, self._batches, self._world))

    def __iter__(self) -> Iterator[list[int]]:
        """Yield this process's batches of the chosen epoch, lists of row numbers."""
        rows, lengths = self._rows, self._lengths
        if self._seed is not None:
            random = np.random.default_rng((self._seed, self._epoch))
            rows = _shuffled_within(rows, self._image_ids, random)
            order = random.permutation(len(lengths))
            rows, lengths = rows[ragged(_ends(lengths), order)[0]], lengths[order]
        cuts = _even_cuts(lengths, self._batches)
        ends = _ends(lengths)
        for batch in range(self._rank, self._batches, self._world):
            yield rows[ends[cuts[batch]] : ends[cuts[batch + 1]]].tolist()


def _chunks(image_ids: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the rows picture by picture, in order of appearance, and the lengths of groups none longer than ``size``.

    They are two arrays and not a list of groups, so that processes go on sharing them.
    """
    order = np.argsort(image_ids, kind="stable")
    starts = np.flatnonzero(np.diff(image_ids[order], prepend=image_ids[order[:1]] - 1))
    lengths = np.diff(starts, append=len(order))
    appearance = np.argsort(order[starts])
    rows = order[ragged(_ends(lengths), appearance)[0]]
    lengths = lengths[appearance]
    pieces = -(-lengths // size)
    groups = np.full(pieces.sum(), size, dtype=np.int64)
    groups[np.cumsum(pieces) - 1] = lengths - size * (pieces - 1)
    return rows, groups


def _shuffled_within(rows: Ints, image_ids: Ints, random: np.random.Generator) -> Ints:
    """Deal each picture's rows anew to its groups, which are neighbours."""
    place = np.cumsum(np.diff(image_ids[rows], prepend=image_ids[rows[:1]]) != 0)  # of the row's picture
    return rows[np.lexsort((random.random(len(rows)), place))]


def _ends(lengths: Ints) -> Ints:
    """Return where each group begins, and the end of the last."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _even_cuts(lengths: Ints, parts: int) -> Ints:
    """Cut a row of ``lengths`` into ``parts`` non-empty runs of sums as even as cuts between items allow.

    Returns:
        (parts + 1,), strictly increasing, from 0 to the number of items.
    """
    if not parts:
        return np.zeros(1, np.int64)
    ends = _ends(lengths)
    aims = ends[-1] * np.arange(parts + 1) / parts
    upper = np.searchsorted(ends, aims)
    lower = np.maximum(upper - 1, 0)
    cuts = np.where(aims - ends[lower] < ends[upper] - aims, lower, upper)
    cuts[0], cuts[-1] = 0, len(lengths)
    steps = np.arange(parts + 1)
    cuts = np.maximum.accumulate(cuts - steps) + steps  # at least one item a run, from the left ...
    cuts = np.minimum(cuts, len(lengths) - steps[::-1])  # ... and at least one left for every run to the right
    return np.asarray(cuts, dtype=np.int64)
