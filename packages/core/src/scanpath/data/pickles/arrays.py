"""Old pickles of Python 2 (protocol 2) that hold texts, numbers, lists, dictionaries and arrays of bytes, and no more.

CIFAR's files are pickles, and unpickling runs whatever a file names. So nothing is unpickled here: the few instructions
that cPickle wrote for such data are followed by a stack of plain values, and the three names which numpy's arrays need
are only recognised, never imported or called. Any other instruction or name is refused.

Source: the instructions as :mod:`pickletools` documents them; numpy's array is ``_reconstruct(ndarray, (0,), 'b')``
built with ``(1, shape, dtype, is_fortran, bytes)``, its type is ``dtype('u1', 0, 1)`` built with ``(3, '|', ...)``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from scanpath.data.pickles.machine import PLAIN, Machine, Step, pushing
from scanpath.errors import DataError

_RECONSTRUCT, _NDARRAY, _DTYPE = ("numpy.core.multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype")


class _Name:
    """A name of numpy that the file refers to."""

    def __init__(self, name: tuple[str, str]) -> None:
        self.name = name


class _Array:
    """An array to come; ``value`` is there once it was built."""

    value: Any = None


class _Bytes:
    """numpy's type of unsigned bytes."""


_MOST_DIMENSIONS = 4
_PROTOCOL = b"\x80\x02"
_NAMES = {name: _Name(name) for name in (_RECONSTRUCT, _NDARRAY, _DTYPE)}


def parse_old_pickle(data: bytes, path: Path) -> Any:
    """Parse a pickle that Python 2 wrote by protocol 2.

    Args:
        data: the content.
        path: the file, for errors.

    Returns:
        what it holds: dictionaries, lists, tuples, bytes, whole numbers, None and uint8 arrays, which are views into
        ``data``.

    Raises:
        DataError: it is cut short, holds anything else, or asks for any other name.
    """
    if not data:
        raise DataError(f"{path} is cut short after 0 bytes: fetch it again.")
    if data[:2] != _PROTOCOL:
        raise DataError(f"{path} is no pickle of Python 2's protocol 2: is it the official file, unpacked?")
    machine = _Arrays(data, path, "it is not the official file; fetch that")
    found = machine.run()
    if not _is_plain(found):
        machine.refuse("leaves an array half made")
    return found


def _is_plain(value: Any) -> bool:
    """Tell whether nothing is left of what only makes arrays; values may be shared, and lists hold themselves."""
    seen: set[int] = set()
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict | list | tuple):
            if id(one) not in seen:
                seen.add(id(one))
                left.extend(one.values() if isinstance(one, dict) else one)
        elif isinstance(one, _Name | _Array | _Bytes):
            return False
    return True


class _Arrays(Machine):
    """Also makes tuples and arrays, which only dictionaries hold."""

    def text(self, data: memoryview) -> Any:
        """Keep texts as bytes; only long ones, the values of arrays, stay views of the file."""
        return bytes(data) if len(data) < 256 else data

    def key(self, key: Any) -> bool:
        return type(key) is bytes

    def finished(self, value: Any) -> Any:
        return value.value if isinstance(value, _Array) else value

    def pack(self, count: int) -> None:
        """Make a tuple of the last values."""
        if len(self.stack) < count:
            self.refuse("takes more values than it gave")
        found = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        self.stack.append(found)

    def name(self) -> None:
        found = str(self.line(), "latin-1"), str(self.line(), "latin-1")
        if found not in _NAMES:
            self.refuse(f"asks for {'.'.join(found)[:80]!r}, which data have no use for")
        self.stack.append(_NAMES[found])

    def call(self) -> None:
        given, called = self.stack.pop(), self.stack.pop()
        if called is _NAMES[_RECONSTRUCT] and given == (_NAMES[_NDARRAY], (0,), b"b"):
            self.stack.append(_Array())
        elif called is _NAMES[_DTYPE] and given == (b"u1", 0, 1):
            self.stack.append(_Bytes())
        else:
            self.refuse("makes something else than an array of unsigned bytes")

    def build(self) -> None:
        state, built = self.stack.pop(), self.stack[-1]
        if isinstance(built, _Bytes) and state[0] in (1, 2, 3) and state[1] == b"|":
            return
        if not isinstance(built, _Array) or built.value is not None:
            self.refuse("fills something else than an array of unsigned bytes")
        version, shape, kind, is_fortran, values = state
        if version != 1 or not isinstance(kind, _Bytes) or is_fortran not in (0, 1):
            self.refuse("fills something else than an array of unsigned bytes")
        if type(shape) is not tuple or len(shape) > _MOST_DIMENSIONS or any(type(size) is not int for size in shape):
            self.refuse("has an array without a shape")
        if not all(0 <= size <= len(values) for size in shape) or math.prod(shape) != len(values):
            self.refuse(f"has an array of {len(values):,} bytes whose shape does not fit")
        built.value = np.frombuffer(values, dtype=np.uint8).reshape(shape, order="F" if is_fortran else "C")

    instructions: ClassVar[Mapping[bytes, Step]] = {
        **PLAIN,
        b"\x80": lambda machine: machine.skip(1),
        b")": pushing(lambda _: ()),
        b"N": pushing(lambda _: None),
        b"\x88": pushing(lambda _: True),
        b"\x89": pushing(lambda _: False),
        b"\x85": lambda machine: machine.pack(1),
        b"\x86": lambda machine: machine.pack(2),
        b"\x87": lambda machine: machine.pack(3),
        b"t": pushing(lambda machine: tuple(machine.above_mark())),
        b"c": name,
        b"R": call,
        b"b": build,
    }
