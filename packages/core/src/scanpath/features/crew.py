"""Several processes at one extraction, as torchrun starts them: who is first, and how all wait for each other."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

import torch

from scanpath.errors import RunError

PATIENCE = timedelta(days=30)
"""How long a process waits for slower ones; whoever starts them ends the others when one fails."""


class Crew(NamedTuple):
    """The processes, seen from one of them."""

    rank: int = 0
    world: int = 1
    local_rank: int = 0
    """Among those on this machine, which is the number of its GPU."""

    @property
    def is_first(self) -> bool:
        """Whether this one plans and finishes."""
        return self.rank == 0

    def place(self, device: str) -> str:
        """Give each process a GPU of its own where ``cuda`` is asked for; if they are more, some share one."""
        if device != "cuda" or self.world == 1:
            return device
        return f"cuda:{self.local_rank % max(1, torch.cuda.device_count())}"

    def wait(self) -> None:
        """Wait until every process has come here.

        Raises:
            RunError: one of them has ended.
        """
        if self.world == 1:
            return
        try:
            torch.distributed.barrier()
        except RuntimeError:
            raise RunError("another of the processes has ended: its own sentence says why.") from None

    def after_the_first(self, lead: Callable[[], bool]) -> bool:
        """Let the first process do something that the others wait for.

        Args:
            lead: is called in the first process; returns whether there is more to do.

        Returns:
            What it returned, in every process.

        Raises:
            RunError: in the others, where it failed.
        """
        if self.world == 1:
            return lead()
        told = torch.tensor([-1])
        try:
            if self.is_first:
                told.fill_(int(lead()))
        finally:
            torch.distributed.broadcast(told, 0)
        if told.item() < 0:
            raise RunError("the first of the processes could not go on: its own sentence says why.")
        return bool(told.item())


@contextlib.contextmanager
def joined_crew() -> Iterator[Crew]:
    """Join the processes that torchrun has started; without torchrun there is one."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        yield Crew()
        return
    torch.distributed.init_process_group("gloo", timeout=PATIENCE)
    try:
        yield Crew(int(os.environ["RANK"]), world, int(os.environ.get("LOCAL_RANK", "0")))
    finally:
        torch.distributed.destroy_process_group()
