"""Peak memory of a call: the largest sum of tensor storages that live at one time. The same counter on CPU and GPU.

A dispatch mode sees every operator, forward and backward. It adds the storage of each result when it is born and
takes it away when the last owner lets go, autograd's saved tensors included; views share a storage and count once.
What existed before the call (parameters, inputs) is not counted: it is the same for every pass and stands in its own
column. Scratch space that a kernel takes and returns inside one operator is not seen. The sum does not depend on an
allocator, on its cache or on earlier calls, so it is the same on every repeat and on every machine that runs the same
operators.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class LiveStorages(TorchDispatchMode):  # type: ignore[no-untyped-call] # torch leaves its base unannotated
    """Sum the storages of the tensors that operators create while the mode is on.

    Attributes:
        current: bytes that live now.
        peak: the largest value that ``current`` has had.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # as above
        self.current = 0
        self.peak = 0
        self._bytes: dict[int, int] = {}

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run the operator and look at what it returns."""
        kwargs = kwargs or {}
        given = {id(tensor.untyped_storage()) for tensor in tree_leaves((args, kwargs)) if _has_storage(tensor)}
        results = func(*args, **kwargs)
        for tensor in tree_leaves(results):
            if _has_storage(tensor):
                self._see(tensor.untyped_storage(), given)
        return results

    def _see(self, storage: torch.UntypedStorage, given: set[int]) -> None:
        key, size = id(storage), storage.nbytes()
        if key in self._bytes:  # an operator may have enlarged it in place
            self.current += size - self._bytes[key]
        elif key in given:  # a view of something older than the call
            return
        else:
            self.current += size
            weakref.finalize(storage, self._drop, key).atexit = False
        self._bytes[key] = size
        self.peak = max(self.peak, self.current)

    def _drop(self, key: int) -> None:
        self.current -= self._bytes.pop(key)


def _has_storage(value: object) -> bool:
    return isinstance(value, Tensor) and value.layout is torch.strided


def peak_bytes(call: Callable[[], object]) -> int:
    """Run ``call`` once and return the peak of what it created; its result, while alive, is part of the sum.

    The cyclic collector runs before and rests during the call, so that the moment it would have chosen plays no role.
    """
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    storages = LiveStorages()
    try:
        with storages:
            call()
    finally:
        if enabled:
            gc.enable()
    return storages.peak


def resident_growth(call: Callable[[], object]) -> int | None:
    """Run ``call`` and return by how much the process's resident memory peaked above its start; a check, not a measure.

    It holds code and caches too, and misses what earlier calls left for reuse. None where the system does not tell
    (it needs Linux's ``/proc``); ``call`` has run all the same.
    """
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # 5 = forget the peak so far
        before = _status("VmRSS")
    except (OSError, KeyError):
        call()
        return None
    call()
    return max(0, _status("VmHWM") - before)


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    values = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(values[field].split()[0]) * 1024
