"""Random whole numbers that are the same on every platform and for every release of numpy.

numpy promises the raw stream of a bit generator and of ``SeedSequence`` for ever, but not what ``Generator`` makes
of it; so only raw numbers are used, and every further step is integer arithmetic.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_BLOCK = 128


class Draws:
    """A stream of random whole numbers named by a key, such as (seed, split, picture)."""

    def __init__(self, *key: int) -> None:
        """Start the stream of ``key``."""
        self._bits = np.random.Philox(np.random.SeedSequence(key))
        self._ready: list[int] = []

    def below(self, bound: int) -> int:
        """Draw a number from 0 to ``bound - 1``, ``bound`` at most 2**32."""
        if not self._ready:
            self._ready = (self._bits.random_raw(_BLOCK) >> np.uint64(32)).tolist()
        return (self._ready.pop() * bound) >> 32

    def spread(self, width: int) -> int:
        """Draw from -width to width with a peak at 0: the sum of two even draws."""
        return self.below(width + 1) + self.below(width + 1) - width

    def bytes(self, count: int) -> npt.NDArray[np.uint8]:
        """Draw ``count`` bytes, (count,)."""
        words = self._bits.random_raw(-(-count // 8)).astype("<u8")
        return words.view(np.uint8)[:count]
