"""How a mechanism is spelt, and which page it belongs to; shared by the pages and by what draws their pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

Spelling = Mapping[str, Any]
"""``name`` and options."""

PAGES = Path(__file__).resolve().parents[1] / "mechanisms"
BLOCK = re.compile(r"^```\{measured\} (?P<spelt>.+)\n(?::picture: (?P<picture>\w+)\n)?", re.MULTILINE)


def parse(text: str) -> dict[str, Any]:
    """Read ``multi_hop:hops=3``; values are YAML."""
    name, *options = text.split(":")
    return {"name": name} | {key: yaml.safe_load(value) for key, _, value in (word.partition("=") for word in options)}


def spelt(attention: Any) -> dict[str, Any]:
    """Bring what a configuration names, a word or a mapping or nothing, to one form."""
    return {"name": attention} if isinstance(attention, str) else dict(attention or {})


def place(attention: Any, spellings: Sequence[Spelling]) -> int | None:
    """Return the number of the first spelling that a mechanism has, perhaps with more options."""
    given = spelt(attention)
    if not given:
        return None
    return next((number for number, one in enumerate(spellings) if one.items() <= given.items()), None)


def mechanisms(section: Any) -> Iterator[Any]:
    """Find the mechanisms that a configuration or a row's overrides name, however deep and with however many dots."""
    if not isinstance(section, dict):
        return
    for key, value in section.items():
        if key.rpartition(".")[2] in ("attention", "co_attention"):
            yield value
        else:
            yield from mechanisms(value)


def pages() -> dict[str, list[Spelling]]:
    """List the pages that have a picture of their own, each with the spellings of its mechanism."""
    found = {page.stem: BLOCK.search(page.read_text(encoding="utf-8")) for page in sorted(PAGES.glob("*.md"))}
    return {
        name: [parse(word) for word in block["spelt"].split()]
        for name, block in found.items()
        if block and not block["picture"]
    }
