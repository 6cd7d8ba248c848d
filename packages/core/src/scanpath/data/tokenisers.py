"""How a question becomes words: what a word is, which words of a long question are read, where padding stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from scanpath.settings import Settings

TokeniserName = Literal["simple", "mcb"]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_DELETED = str.maketrans("-/", "  ", "?!'\"$:@(),.;")


def tokenize(question: str) -> list[str]:
    """Split a question into lower-case words; punctuation goes, an apostrophe inside a word stays."""
    return _WORD.findall(question.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def tokenize_mcb(question: str) -> list[str]:
    """Split as MCB's code does, and MUTAN's and DRAU's after it: ``what's`` is ``whats``, ``t-shirt`` two words.

    Lower case; ``? ! ' " $ : @ ( ) , . ;`` are deleted, ``-`` and ``/`` part words as blanks do, all else stays.
    Source: the code of Fukui et al. (2016), https://github.com/akirafukui/vqa-mcb.
    """
    return question.lower().translate(_DELETED).split()


TOKENISERS: Mapping[TokeniserName, Callable[[str], list[str]]] = MappingProxyType(
    {"simple": tokenize, "mcb": tokenize_mcb}
)


class Reading(Settings):
    """How questions are read, as a recipe says it; the length, T words, is told apart."""

    tokeniser: TokeniserName = "simple"
    keep: Literal["first", "last"] = "first"
    """Which words of a question of more than T are read. MCB's Caffe code keeps the last, DRAU's the first."""
    padding: Literal["right", "left"] = "right"
    """On which side of a shorter question 0 stands. MCB's Caffe code pads on the left, DRAU's on the right.

    A question encoder of ours reads the same words either way, so this is the layout of token maps, not another model.
    """

    def split(self, question: str) -> list[str]:
        """Split a question into all of its words."""
        return TOKENISERS[self.tokeniser](question)

    def words(self, question: str, length: int) -> list[str]:
        """Return the words of a question that are read, at most ``length`` of them."""
        found = self.split(question)
        return found[:length] if self.keep == "first" else found[-length:]

    def places(self, count: int, length: int) -> slice:
        """Return where the ``count`` words of a question stand among its T places."""
        return slice(count) if self.padding == "right" else slice(length - count, length)


SIMPLE = Reading()
