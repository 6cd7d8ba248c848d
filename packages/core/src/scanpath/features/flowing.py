"""Decoding, the network and writing at once: threads decode ahead, one writes behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, NamedTuple, TypeVar

Item = TypeVar("Item")
Decoded = TypeVar("Decoded")
Batch = TypeVar("Batch")
Done = TypeVar("Done")

AHEAD = 2
"""Batches that are decoded, or being decoded, while one is computed."""
BEHIND = 2
"""Batches that may wait to be written: what is computed stays in memory no longer."""


class _Waiting(NamedTuple, Generic[Batch, Decoded]):
    """A batch whose items are being decoded."""

    batch: Batch
    decoded: list[Future[Decoded]]


def flow(
    batches: Iterable[Batch],
    *,
    items: Callable[[Batch], Sequence[Item]],
    decode: Callable[[Item], Decoded],
    compute: Callable[[list[Decoded]], Done],
    write: Callable[[Batch, Done], None],
    decoders: int,
) -> None:
    """Send batches through three steps that overlap; each step meets them in their order.

    Args:
        batches: what goes through the steps together.
        items: says what is in a batch.
        decode: called for each item, in several threads.
        compute: called for what was decoded of a batch, in this thread.
        write: called for a batch and what was computed, in one other thread.
        decoders: how many threads decode.

    Raises:
        Exception: whatever a step raises, at once; what was computed before is still written.
    """
    ahead: deque[_Waiting[Batch, Decoded]] = deque()
    behind: deque[Future[None]] = deque()
    decoding, writing = ThreadPoolExecutor(decoders, "decode"), ThreadPoolExecutor(1, "write")

    def step() -> None:
        waiting = ahead.popleft()
        done = compute([future.result() for future in waiting.decoded])
        while len(behind) >= BEHIND:
            behind.popleft().result()
        behind.append(writing.submit(write, waiting.batch, done))

    try:
        for batch in batches:
            ahead.append(_Waiting(batch, [decoding.submit(decode, item) for item in items(batch)]))
            if len(ahead) > AHEAD:
                step()
        while ahead:
            step()
        while behind:
            behind.popleft().result()
    finally:
        decoding.shutdown(cancel_futures=True)
        writing.shutdown()
