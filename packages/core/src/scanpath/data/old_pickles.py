"""Old pickles of Python 2 (protocol 2) that hold texts, numbers, lists, dictionaries and arrays of bytes, and no more.

CIFAR's files are pickles, and unpickling runs whatever a file names. So nothing is unpickled here: the few instructions
that cPickle wrote for such data are followed by a stack of plain values, and the three names which numpy's arrays need
are only recognised, never imported or called. Any other instruction or name is refused.

Source: the instructions as :mod:`pickletools` documents them; numpy's array is ``_reconstruct(ndarray, (0,), 'b')``
built with ``(1, shape, dtype, is_fortran, bytes)``, its type is ``dtype('u1', 0, 1)`` built with ``(3, '|', ...)``.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

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
    return _Machine(data, path).run()


class _Machine:
    """Follows the instructions; ``stack`` and ``memo`` are those of the pickle's own machine."""

    def __init__(self, data: bytes, path: Path) -> None:
        self.data, self.path = memoryview(data), path
        self.at = 0
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        if bytes(self.take(2)) != b"\x80\x02":
            raise DataError(f"{self.path} is no pickle of Python 2's protocol 2: is it the official file, unpacked?")
        try:
            while (code := bytes(self.take(1))) != b".":
                known = _INSTRUCTIONS.get(code)
                if known is None:
                    self.refuse(f"holds the instruction {code!r}, which data have no use for")
                known(self)
            return self.finished()
        except (IndexError, TypeError, KeyError, ValueError):
            self.refuse("has instructions that do not fit each other")

    def refuse(self, what: str) -> NoReturn:
        raise DataError(f"{self.path} {what} (at byte {self.at:,}): it is not the official file; fetch that.") from None

    def take(self, count: int) -> memoryview:
        if self.at + count > len(self.data):
            raise DataError(f"{self.path} is cut short after {len(self.data):,} bytes: fetch it again.")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, form: str) -> int:
        return int(struct.unpack(form, self.take(struct.calcsize(form)))[0])

    def line(self) -> str:
        end = self.data.obj.find(b"\n", self.at)  # type: ignore[attr-defined]  # the object is bytes
        if end < 0:
            self.refuse("names something without an end")
        name = str(self.take(end - self.at), "latin-1")
        self.at += 1
        return name

    def text(self, form: str) -> None:
        """Push a text of Python 2, which is bytes; only long ones, the values of arrays, stay views of the file."""
        size = self.number(form)
        if size < 0:
            self.refuse("holds a text of negative length")
        self.stack.append(bytes(self.take(size)) if size < 256 else self.take(size))

    def above_mark(self) -> list[Any]:
        place = self.marks.pop()
        found = self.stack[place:]
        del self.stack[place:]
        return found

    def put(self, form: str) -> None:
        self.memo[self.number(form)] = self.stack[-1]

    def get(self, form: str) -> None:
        self.stack.append(self.memo[self.number(form)])

    def pack(self, count: int) -> None:
        """Make a tuple of the last values."""
        if len(self.stack) < count:
            self.refuse("takes more values than it gave")
        found = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        self.stack.append(found)

    def long(self) -> None:
        self.stack.append(int.from_bytes(self.take(self.number("<B")), "little", signed=True))

    def name(self) -> None:
        found = self.line(), self.line()
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

    def append(self) -> None:
        value = self.stack.pop()
        self._list().append(value)

    def extend(self) -> None:
        values = self.above_mark()
        self._list().extend(values)

    def _list(self) -> list[Any]:
        if type(self.stack[-1]) is not list:
            self.refuse("adds to something else than a list")
        found: list[Any] = self.stack[-1]
        return found

    def set_items(self, values: list[Any]) -> None:
        if type(self.stack[-1]) is not dict or len(values) % 2:
            self.refuse("fills something else than a dictionary")
        for key, value in zip(values[::2], values[1::2], strict=True):
            if type(key) is not bytes:
                self.refuse("has a dictionary whose keys are not texts")
            self.stack[-1][key] = value.value if isinstance(value, _Array) else value

    def finished(self) -> Any:
        if len(self.stack) != 1 or self.at != len(self.data):
            self.refuse("goes on after its end")
        return self.stack[0]


_INSTRUCTIONS: dict[bytes, Callable[[_Machine], None]] = {
    b"(": lambda machine: machine.marks.append(len(machine.stack)),
    b"}": lambda machine: machine.stack.append({}),
    b"]": lambda machine: machine.stack.append([]),
    b")": lambda machine: machine.stack.append(()),
    b"N": lambda machine: machine.stack.append(None),
    b"\x88": lambda machine: machine.stack.append(True),
    b"\x89": lambda machine: machine.stack.append(False),
    b"K": lambda machine: machine.stack.append(machine.number("<B")),
    b"M": lambda machine: machine.stack.append(machine.number("<H")),
    b"J": lambda machine: machine.stack.append(machine.number("<i")),
    b"\x8a": _Machine.long,
    b"U": lambda machine: machine.text("<B"),
    b"T": lambda machine: machine.text("<i"),
    b"q": lambda machine: machine.put("<B"),
    b"r": lambda machine: machine.put("<I"),
    b"h": lambda machine: machine.get("<B"),
    b"j": lambda machine: machine.get("<I"),
    b"\x85": lambda machine: machine.pack(1),
    b"\x86": lambda machine: machine.pack(2),
    b"\x87": lambda machine: machine.pack(3),
    b"t": lambda machine: machine.stack.append(tuple(machine.above_mark())),
    b"a": _Machine.append,
    b"e": _Machine.extend,
    b"s": lambda machine: machine.set_items([machine.stack.pop(-2), machine.stack.pop()]),
    b"u": lambda machine: machine.set_items(machine.above_mark()),
    b"c": _Machine.name,
    b"R": _Machine.call,
    b"b": _Machine.build,
}
