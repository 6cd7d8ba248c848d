"""Answer normalisation of the official VQA evaluator, quirks included.

Source: GT-Vision-Lab/VQA, PythonEvaluationTools (the behaviour, re-written; the table of contractions is its data).

Quirks that are kept, because every published number has them:

* whether a symbol is deleted or becomes a space is decided by the *original* text, not by what the symbols before
  it left;
* a period goes unless a digit follows it, whatever stands before it (the look-behind is mistyped), and only the first
  32 go (a flag of value 32 stands where the count belongs);
* contractions are looked up after lower-casing, so the four keys with a capital never match, and ``somebody'd`` loses
  its apostrophe.
"""

from __future__ import annotations

import functools
import re
from importlib.resources import files
from types import MappingProxyType

SYMBOLS = ';/[]"{}()=+\\_-><@`,?!'
"""The 21 symbols that go; the apostrophe, the colon, ``$ % & * #`` stay."""

ARTICLES = frozenset({"a", "an", "the"})

NUMBERS = MappingProxyType(
    {
        "none": "0",
        "zero": "0",
        "one": "1",
        "two": "2",
        "three": "3",
        "four": "4",
        "five": "5",
        "six": "6",
        "seven": "7",
        "eight": "8",
        "nine": "9",
        "ten": "10",
    }
)

_MOST_PERIODS = 32
_ANY_SYMBOL = re.compile(f"[{re.escape(SYMBOLS)}]")
_DIGITS_AROUND_COMMA = re.compile(r"\d,\d")
_PERIOD = re.compile(r"\.(?!\d)")


@functools.cache
def contractions() -> MappingProxyType[str, str]:
    """Return the evaluator's table: a form without its apostrophe -> the full form, 120 entries."""
    text = files("scanpath.metrics").joinpath("contractions.tsv").read_text(encoding="utf-8")
    return MappingProxyType(dict(line.split("\t") for line in text.splitlines()))


@functools.lru_cache(maxsize=1 << 20)
def strip(text: str) -> str:
    """Replace line breaks and tabs by spaces and strip both ends: what happens to every answer, always."""
    return text.replace("\n", " ").replace("\t", " ").strip()


@functools.lru_cache(maxsize=1 << 20)
def without_punctuation(text: str) -> str:
    """Delete symbols or turn them into spaces, then drop periods that no digit follows."""
    cleaned = text
    if _ANY_SYMBOL.search(text):
        number_with_comma = _DIGITS_AROUND_COMMA.search(text) is not None
        for symbol in SYMBOLS:
            if symbol in text:
                alone = number_with_comma or f"{symbol} " in text or f" {symbol}" in text
                cleaned = cleaned.replace(symbol, "" if alone else " ")
    return _PERIOD.sub("", cleaned, count=_MOST_PERIODS) if "." in cleaned else cleaned


def with_plain_words(text: str) -> str:
    """Lower-case, write number words as digits, drop articles, complete contractions; single spaces between words."""
    table = contractions()
    words = (NUMBERS.get(word, word) for word in text.lower().split())
    return " ".join(table.get(word, word) for word in words if word not in ARTICLES)


@functools.lru_cache(maxsize=1 << 20)
def normalise(text: str) -> str:
    """Normalise an answer as the official evaluator does: punctuation first, then words.

    Example:
        >>> normalise("The red-ish cat, dont touch!")
        "red ish cat don't touch"
    """
    return with_plain_words(without_punctuation(text))
