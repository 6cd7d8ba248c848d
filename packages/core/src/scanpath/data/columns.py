"""Columns of texts in little memory: the different texts once, one after the other, and for each row its text's number.

Half a million questions are a few arrays that way, which a file holds as they are (:mod:`scanpath.data.tables`) and
processes share. To whoever reads a row they are sequences of texts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar, overload

import numpy as np
import numpy.typing as npt

from scanpath.data.ragged import Ints, Starts, ragged

Row_co = TypeVar("Row_co", covariant=True)

_SURROGATES = "surrogatepass"  # JSON may hold halves of surrogate pairs, which pass through unchanged
_BLOCK = 4096


class _Rows(Sequence[Row_co]):
    """What the columns share: they equal any sequence of equal rows, and have no hash, as lists."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # what is equal to a list has none

    def __repr__(self) -> str:
        first = [self[row] for row in range(min(3, len(self)))]
        return f"{type(self).__name__}({first}{', ...' if len(self) > len(first) else ''})"


class Texts(_Rows[str]):
    """N texts one after the other in UTF-8.

    Attributes:
        data: their bytes, uint8.
        starts: where each begins, and the end of the last, int64 (N + 1,).
    """

    def __init__(self, data: npt.NDArray[np.uint8], starts: Starts) -> None:
        self.data = data
        self.starts = starts

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Put texts one after the other."""
        if isinstance(texts, Texts):
            return texts
        data, lengths = bytearray(), [0]
        for text in texts:
            encoded = text.encode(errors=_SURROGATES)
            data += encoded
            lengths.append(len(encoded))
        return cls(np.frombuffer(bytes(data), np.uint8), np.cumsum(lengths, dtype=np.int64))

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.starts) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        """Read a text, or several as a list."""
        if isinstance(row, slice):
            return [self[number] for number in range(*row.indices(len(self)))]
        number = range(len(self))[row]
        return self.data[self.starts[number] : self.starts[number + 1]].tobytes().decode(errors=_SURROGATES)

    def __iter__(self) -> Iterator[str]:
        """Read all, a block at a time."""
        for first in range(0, len(self), _BLOCK):
            cuts = self.starts[first : first + _BLOCK + 1]
            block = self.data[cuts[0] : cuts[-1]].tobytes()
            ends = (cuts - cuts[0]).tolist()
            for begin, end in itertools.pairwise(ends):
                yield block[begin:end].decode(errors=_SURROGATES)

    def take(self, rows: Ints) -> Texts:
        """Return some of them, in the order of ``rows``."""
        rows = np.arange(len(self))[rows]
        lengths = np.diff(self.starts)[rows]
        data = [
            self.data[ragged(self.starts, rows[first : first + _BLOCK])[0]] for first in range(0, len(rows), _BLOCK)
        ]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return Texts(np.concatenate(data) if data else np.empty(0, np.uint8), starts)


class Pool:
    """Gives texts numbers, the same number to equal ones, in the order in which they first come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def codes(self, texts: Sequence[str]) -> npt.NDArray[np.int32]:
        """Return the numbers of texts."""
        numbers = self._numbers
        return np.fromiter((numbers.setdefault(text, len(numbers)) for text in texts), np.int32, len(texts))

    def texts(self) -> Texts:
        """Return all texts so far, in the order of their numbers."""
        return Texts.of(self._numbers)


class Coded(_Rows[str]):
    """N texts of which many are equal.

    Attributes:
        codes: for each row the number of its text, (N,).
        texts: the different texts, D of them; some may belong to no row.
    """

    def __init__(self, codes: Ints, texts: Texts) -> None:
        self.codes = _narrow(codes, len(texts))
        self.texts = texts

    @classmethod
    def of(cls, texts: Iterable[str]) -> Coded:
        """Number texts; what is numbered already is returned as it is."""
        if isinstance(texts, Coded):
            return texts
        pool = Pool()
        codes = pool.codes(texts if isinstance(texts, Sequence) else list(texts))
        return cls(codes, pool.texts())

    @classmethod
    def joined(cls, columns: Sequence[Coded]) -> Coded:
        """Put columns one after the other."""
        pool = Pool()
        codes = [pool.codes(column.texts)[column.codes] for column in columns]
        return cls(np.concatenate(codes) if codes else np.empty(0, np.int32), pool.texts())

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.codes)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> Coded: ...
    def __getitem__(self, row: int | slice) -> str | Coded:
        """Read a row, or cut out some."""
        return Coded(self.codes[row], self.texts) if isinstance(row, slice) else self.texts[int(self.codes[row])]

    def __iter__(self) -> Iterator[str]:
        """Read all rows; equal ones are one object."""
        names = list(self.texts)
        for first in range(0, len(self), _BLOCK):
            yield from map(names.__getitem__, self.codes[first : first + _BLOCK].tolist())

    def take(self, rows: Ints) -> Coded:
        """Return the rows ``rows``, in their order."""
        return Coded(self.codes[rows], self.texts)

    def packed(self) -> Coded:
        """Return the same rows without texts that belong to none."""
        used, codes = np.unique(self.codes, return_inverse=True)
        return self if len(used) == len(self.texts) else Coded(codes.reshape(-1), self.texts.take(used))

    def each(self, make: Callable[[str], str]) -> Coded:
        """Return what ``make`` makes of each row; it is asked once for each different text."""
        made = Coded.of([make(text) for text in self.texts])
        return Coded(made.codes[self.codes], made.texts)

    def counts(self) -> npt.NDArray[np.int64]:
        """Count the rows of each text, (D,)."""
        return np.bincount(self.codes, minlength=len(self.texts))

    def where(self, text: str) -> npt.NDArray[np.bool_]:
        """Tell which rows have a text, (N,)."""
        found = np.asarray([known == text for known in self.texts], dtype=bool)
        return found[self.codes] if len(found) else np.zeros(len(self), dtype=bool)


class Growing:
    """A column that rows are added to."""

    def __init__(self) -> None:
        self._pool = Pool()
        self._codes = [np.empty(0, np.int32)]

    def add(self, texts: Sequence[str]) -> None:
        """Add rows behind the last."""
        self._codes.append(self._pool.codes(texts))

    def column(self) -> Coded:
        """Return all rows so far."""
        return Coded(np.concatenate(self._codes), self._pool.texts())


class CodedLists(_Rows[tuple[str, ...]]):
    """N rows of any number of texts each.

    Attributes:
        starts: where each row begins, and the end of the last, int64 (N + 1,).
        items: the texts of all rows, one after the other.
    """

    def __init__(self, starts: Starts, items: Coded) -> None:
        self.starts = starts
        self.items = items

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]]) -> CodedLists:
        """Number the texts of rows; what is numbered already is returned as it is."""
        if isinstance(rows, CodedLists):
            return rows
        pool, lengths, codes = Pool(), [0], [np.empty(0, np.int32)]
        each = iter(rows)
        while block := list(itertools.islice(each, _BLOCK)):
            lengths.extend(map(len, block))
            codes.append(pool.codes([text for row in block for text in row]))
        return cls(np.cumsum(lengths, dtype=np.int64), Coded(np.concatenate(codes), pool.texts()))

    @classmethod
    def repeated(cls, column: Coded, times: int) -> CodedLists:
        """Make rows of one text each, repeated."""
        starts = np.arange(0, times * len(column) + 1, times, dtype=np.int64)
        return cls(starts, Coded(np.repeat(column.codes, times), column.texts))

    @classmethod
    def joined(cls, columns: Sequence[CodedLists]) -> CodedLists:
        """Put columns one after the other."""
        lengths = np.concatenate([[0], *(column.lengths for column in columns)])
        return cls(np.cumsum(lengths, dtype=np.int64), Coded.joined([column.items for column in columns]))

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many texts each row has, (N,)."""
        return np.diff(self.starts)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.starts) - 1

    @overload
    def __getitem__(self, row: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, row: slice) -> CodedLists: ...
    def __getitem__(self, row: int | slice) -> tuple[str, ...] | CodedLists:
        """Read a row, or cut out some."""
        if isinstance(row, slice):
            return self.take(np.arange(len(self))[row])
        number = range(len(self))[row]
        return tuple(self.items[int(self.starts[number]) : int(self.starts[number + 1])])

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """Read all rows; equal texts are one object."""
        names = list(self.items.texts)
        for first in range(0, len(self), _BLOCK):
            cuts = self.starts[first : first + _BLOCK + 1]
            block = [names[code] for code in self.items.codes[cuts[0] : cuts[-1]].tolist()]
            ends = (cuts - cuts[0]).tolist()
            for begin, end in itertools.pairwise(ends):
                yield tuple(block[begin:end])

    def take(self, rows: Ints) -> CodedLists:
        """Return the rows ``rows``, in their order."""
        places, starts = ragged(self.starts, rows)
        return CodedLists(starts, self.items.take(places))

    def packed(self) -> CodedLists:
        """Return the same rows without texts that belong to none."""
        return CodedLists(self.starts, self.items.packed())


def _narrow(codes: Ints, count: int) -> Ints:
    """Store numbers below ``count`` in no more bytes than they need."""
    for kind in (np.uint8, np.uint16):
        if count <= np.iinfo(kind).max + 1:
            return codes.astype(kind, copy=False)
    return codes.astype(np.int32, copy=False)
