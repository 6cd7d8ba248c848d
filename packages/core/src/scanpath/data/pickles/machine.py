"""The pickle's stack machine, without every instruction that imports, calls or builds: the rest makes plain values.

Source: the instructions as :mod:`pickletools` documents them. Which of them a kind of file may use stands in its
reader's table; any other is refused where it stands.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from scanpath.errors import DataError

LARGEST_NUMBER = 255
"""Bytes, or digits, of a whole number."""

Step = Callable[[Any], None]
"""Does one instruction, on a machine that has it."""


class Machine:
    """Follows a pickle's instructions; ``stack`` and ``memo`` are those of the pickle's own machine.

    Args:
        data: the content.
        path: the file, for errors.
        remedy: what to do about a file that is refused, the end of the sentence.
    """

    instructions: ClassVar[Mapping[bytes, Step]]

    def __init__(self, data: bytes, path: Path, remedy: str) -> None:
        self.content, self.data, self.path, self.remedy = data, memoryview(data), path, remedy
        self.at = 0
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        """Follow the instructions to the end and return the one value that is left."""
        try:
            while (code := bytes(self.take(1))) != b".":
                step = self.instructions.get(code)
                if step is None:
                    self.refuse(f"holds the instruction {code!r}, which data have no use for")
                step(self)
            if len(self.stack) != 1 or self.at != len(self.data):
                self.refuse("goes on after its end")
            return self.stack[0]
        except (IndexError, TypeError, KeyError, ValueError):
            self.refuse("has instructions that do not fit each other")

    def refuse(self, what: str) -> NoReturn:
        """Say what is wrong, where, and what to do."""
        raise DataError(f"{self.path} {what} (at byte {self.at:,}): {self.remedy}.") from None

    def text(self, data: memoryview) -> Any:
        """Make a value of a text of Python 2, which was bytes."""
        return str(data, "latin-1")

    def key(self, key: Any) -> bool:
        """Tell whether something may be a dictionary's key."""
        return type(key) in (str, int)

    def finished(self, value: Any) -> Any:
        """Return what a dictionary holds for a value of the stack."""
        return value

    def take(self, count: int) -> memoryview:
        """Read so many bytes."""
        if self.at + count > len(self.data):
            raise DataError(f"{self.path} is cut short after {len(self.data):,} bytes: fetch it again.")
        self.at += count
        return self.data[self.at - count : self.at]

    def skip(self, count: int) -> None:
        """Pass over so many bytes, such as a protocol's number."""
        self.take(count)

    def number(self, form: str) -> int:
        """Read a whole number of a fixed form."""
        return int(struct.unpack(form, self.take(struct.calcsize(form)))[0])

    def sized(self, form: str) -> memoryview:
        """Read as many bytes as the number in front of them says."""
        size = self.number(form)
        if size < 0:
            self.refuse("holds a text of negative length")
        return self.take(size)

    def line(self) -> bytes:
        """Read up to the end of a line."""
        end = self.content.find(b"\n", self.at)
        if end < 0:
            self.refuse("names something without an end")
        found = bytes(self.take(end - self.at))
        self.at += 1
        return found

    def long(self, form: str) -> None:
        """Push a whole number of any length."""
        digits = self.sized(form)
        if len(digits) > LARGEST_NUMBER:
            self.refuse(f"holds a number of {len(digits):,} bytes")
        self.stack.append(int.from_bytes(digits, "little", signed=True))

    def above_mark(self) -> list[Any]:
        """Pop what was pushed since the last mark."""
        place = self.marks.pop()
        found = self.stack[place:]
        del self.stack[place:]
        return found

    def memoise(self, number: int) -> None:
        """Keep the last value by a number."""
        self.memo[number] = self.stack[-1]

    def extend(self, values: list[Any]) -> None:
        """Put values at the end of the list on top."""
        if type(self.stack[-1]) is not list:
            self.refuse("adds to something else than a list")
        self.stack[-1].extend(values)

    def set_items(self, values: list[Any]) -> None:
        """Put keys and values into the dictionary on top."""
        if type(self.stack[-1]) is not dict or len(values) % 2:
            self.refuse("fills something else than a dictionary")
        for key, value in zip(values[::2], values[1::2], strict=True):
            if not self.key(key):
                self.refuse("has a dictionary whose keys are not texts")
            self.stack[-1][key] = self.finished(value)


def pushing(make: Callable[[Any], Any]) -> Step:
    """Return the step that pushes what ``make`` reads or makes."""
    return lambda machine: machine.stack.append(make(machine))


PLAIN: Mapping[bytes, Step] = {
    b"(": lambda machine: machine.marks.append(len(machine.stack)),
    b"}": pushing(lambda _: {}),
    b"]": pushing(lambda _: []),
    b"K": pushing(lambda machine: machine.number("<B")),
    b"M": pushing(lambda machine: machine.number("<H")),
    b"J": pushing(lambda machine: machine.number("<i")),
    b"\x8a": lambda machine: machine.long("<B"),
    b"U": pushing(lambda machine: machine.text(machine.sized("<B"))),
    b"T": pushing(lambda machine: machine.text(machine.sized("<i"))),
    b"q": lambda machine: machine.memoise(machine.number("<B")),
    b"r": lambda machine: machine.memoise(machine.number("<I")),
    b"h": pushing(lambda machine: machine.memo[machine.number("<B")]),
    b"j": pushing(lambda machine: machine.memo[machine.number("<I")]),
    b"a": lambda machine: machine.extend([machine.stack.pop()]),
    b"e": lambda machine: machine.extend(machine.above_mark()),
    b"s": lambda machine: machine.set_items([machine.stack.pop(-2), machine.stack.pop()]),
    b"u": lambda machine: machine.set_items(machine.above_mark()),
}
"""What both kinds of files use: numbers, texts, lists, dictionaries, and values taken again."""
