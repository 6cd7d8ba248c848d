"""Making a data set: once, whole or not at all, in as many processes as one likes."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from scanpath.data.manifest import read_manifest
from scanpath.errors import DataError, ScanpathError
from scanpath.files import folder_written_atomically, recover_folder

Progress = Callable[[str, int, int], None]
"""Is called with what is being done, and how many of how many steps are done."""

Task = TypeVar("Task")
Result = TypeVar("Result")


def make_once(
    folder: Path, made: str, fill: Callable[[Path], None], *, version: int, options: Mapping[str, Any]
) -> Path:
    """Make a data set, unless it is there already; a kill at any moment leaves nothing under its name.

    Args:
        folder: where it goes.
        made: what ``scanpath data make`` calls it.
        fill: writes everything into the folder that it is given, the manifest last.
        version: of the maker, as the manifest has it.
        options: everything that the content depends on, as the manifest has it.

    Returns:
        ``folder``.

    Raises:
        DataError: the folder holds something else, or was made by another version or with other options.
        ScanpathError: a worker would make it, which would wait for its maker for ever.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):  # a worker runs the script that started it
        raise ScanpathError(
            f"{made} is made by a script that its own workers run again: put the call behind "
            "if __name__ == '__main__':, or give workers=1."
        )
    with _only_one(folder):
        if not folder.exists():
            recover_folder(folder)  # a whole one that a kill has moved aside, before its successor came
        if folder.exists():
            _check_same(folder, made, version, options)
            return folder
        with folder_written_atomically(folder) as part:
            fill(part)
    return folder


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Let one process make a data set at a time; the others wait and then find it made."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("w") as stream:
        try:
            import fcntl
        except ImportError:  # not on this platform: two makers at once would only work twice
            yield
            return
        fcntl.flock(stream, fcntl.LOCK_EX)  # released when the process ends, however it does
        yield


def _check_same(folder: Path, made: str, version: int, options: Mapping[str, Any]) -> None:
    found = read_manifest(folder, made)
    options = json.loads(json.dumps(options))  # as the manifest has them: a tuple is a list there
    differ = [name for name in options if found.options.get(name) != options[name]]
    if found.version != version:
        raise DataError(
            f"{folder} holds {made} of version {found.version}, expected {version}: delete it, or use another --root."
        )
    if differ:
        have = ", ".join(f"{name} = {found.options.get(name)}" for name in differ)
        want = ", ".join(f"{name} = {options[name]}" for name in differ)
        raise DataError(
            f"{folder} holds {made} made with {have}, and {want} was asked for: "
            "delete the folder, or use another --root."
        )


def in_order(work: Callable[[Task], Result], tasks: Sequence[Task], workers: int | None = None) -> Iterator[Result]:
    """Do every task, several at a time, and give the results in the tasks' order.

    Args:
        work: a function of a module, since other processes import it.
        tasks: what it is called with.
        workers: processes; None takes one a core, and none besides this one for little work.
    """
    if workers is None:
        workers = min(_cores(), len(tasks) // 4)
    if workers <= 1:
        yield from map(work, tasks)
        return
    # Spawned, since forking a process that runs threads (torch's) may hang.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: list[Future[Result]] = []
        try:
            for task in tasks:
                waiting.append(pool.submit(work, task))
                if len(waiting) > 2 * workers:  # so that finished pieces do not pile up
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
