"""The file names of pictures by their numbers, in little memory."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView

import numpy as np
import numpy.typing as npt

from scanpath.data.columns import Texts


class Names(Mapping[int, str]):
    """A text for each of M numbers.

    Attributes:
        ids: the numbers, int64 (M,), ascending.
        texts: theirs.
    """

    def __init__(self, ids: npt.NDArray[np.int64], texts: Texts) -> None:
        self.ids = ids
        self.texts = texts

    @classmethod
    def of(cls, names: Mapping[int, str]) -> Names:
        """Order names by their numbers; what is ordered already is returned as it is."""
        if isinstance(names, Names):
            return names
        ids = np.sort(np.fromiter(names, np.int64, len(names)))
        return cls(ids, Texts.of(names[number] for number in ids.tolist()))

    def __len__(self) -> int:
        """Count the numbers."""
        return len(self.ids)

    def __iter__(self) -> Iterator[int]:
        """Give the numbers."""
        return iter(self.ids.tolist())

    def __getitem__(self, number: int) -> str:
        """Read the text of a number."""
        place = int(np.searchsorted(self.ids, number))
        if place == len(self) or self.ids[place] != number:
            raise KeyError(number)
        return self.texts[place]

    def items(self) -> ItemsView[int, str]:
        """Give numbers with their texts, reading these one after the other."""
        return _Items(self)

    def values(self) -> ValuesView[str]:
        """Give the texts, reading them one after the other."""
        return _Values(self)

    def __repr__(self) -> str:
        return f"Names({len(self)})"

    def take(self, ids: npt.NDArray[np.int64]) -> Names:
        """Return those of ``ids``, which are ascending.

        Raises:
            KeyError: one of them has no text.
        """
        places = np.searchsorted(self.ids, ids)
        if len(ids) and (places[-1] == len(self) or (self.ids[places] != ids).any()):
            raise KeyError(next(number for number in ids.tolist() if number not in self))
        return Names(ids, self.texts.take(places))


class _Items(ItemsView[int, str]):
    def __init__(self, names: Names) -> None:
        super().__init__(names)
        self._names = names

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return zip(self._names.ids.tolist(), self._names.texts, strict=True)


class _Values(ValuesView[str]):
    def __init__(self, names: Names) -> None:
        super().__init__(names)
        self._names = names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names.texts)
