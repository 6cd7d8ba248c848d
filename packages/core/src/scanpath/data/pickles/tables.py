"""Tables in pickles of any protocol: one dictionary or list of whole numbers and names, such as rows by image id."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from scanpath.data.pickles.machine import LARGEST_NUMBER, PLAIN, Machine, Step, pushing

_REMEDY = (
    "nothing is unpickled here; where you trust it, convert it yourself: "
    """python -c "import json, pickle, sys; json.dump(pickle.load(open(sys.argv[1], 'rb')), open('ids.json', 'w'))" """
).rstrip()


def parse_table(data: bytes, path: Path) -> dict[Any, Any] | list[Any]:
    """Parse a pickle that holds one dictionary or one list of whole numbers and texts, and no more.

    Args:
        data: the content.
        path: the file, for errors.

    Raises:
        DataError: it is cut short or holds anything else; nothing of it was run.
    """
    machine = _Table(data, path, _REMEDY)
    found = machine.run()
    if not isinstance(found, dict | list):
        machine.refuse("holds no table of numbers and names")
    if any(type(value) not in (int, str) for value in (found.values() if isinstance(found, dict) else found)):
        machine.refuse("holds more than a table of numbers and names")
    return found


def _dictionary(machine: Machine) -> None:
    values = machine.above_mark()
    machine.stack.append({})
    machine.set_items(values)


class _Table(Machine):
    """Also reads numbers and texts as every protocol writes them."""

    def quoted(self) -> str:
        """Read a text of Python 2 as protocol 0 writes it, between quotes."""
        line = self.line()
        if len(line) < 2 or line[:1] not in (b"'", b'"') or line[-1:] != line[:1]:
            self.refuse("holds a text without quotes")
        return str(codecs.escape_decode(line[1:-1])[0], "latin-1")

    def decimal(self) -> int:
        """Read a whole number of protocol 0, which writes what is true or false as ``01`` and ``00``."""
        line = self.line().removesuffix(b"L")
        if line in (b"00", b"01") or len(line) > LARGEST_NUMBER:
            self.refuse("holds what is no whole number")
        return int(line)

    instructions: ClassVar[Mapping[bytes, Step]] = {
        **PLAIN,
        b"\x80": lambda machine: machine.skip(1),
        b"\x95": lambda machine: machine.skip(8),
        b"\x94": lambda machine: machine.memoise(len(machine.memo)),
        b"p": lambda machine: machine.memoise(int(machine.line())),
        b"g": pushing(lambda machine: machine.memo[int(machine.line())]),
        b"d": _dictionary,
        b"l": pushing(lambda machine: machine.above_mark()),
        b"\x8b": lambda machine: machine.long("<i"),
        b"X": pushing(lambda machine: str(machine.sized("<I"), "utf-8", "surrogatepass")),
        b"\x8c": pushing(lambda machine: str(machine.sized("<B"), "utf-8", "surrogatepass")),
        b"V": pushing(lambda machine: str(machine.line(), "raw-unicode-escape")),
        b"I": pushing(decimal),
        b"L": pushing(decimal),
        b"S": pushing(quoted),
    }
