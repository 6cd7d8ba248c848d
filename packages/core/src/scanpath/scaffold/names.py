"""Which names a new package can have: it names a folder, a distribution, a module, a class and a mechanism at once."""

from __future__ import annotations

import keyword
import re

from scanpath import registry
from scanpath.compare.settings import PRIOR, load_settings
from scanpath.errors import ConfigError

MOST_LETTERS = 24
PATTERN = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def distribution(name: str) -> str:
    """Return the name under which ``pip install`` knows the package."""
    return f"scanpath-{name.replace('_', '-')}"


def check_name(name: str, *, inside: bool) -> None:
    """Check that a package can be called ``name``.

    Args:
        name: The new package's.
        inside: Whether it is to be one of the project's own.

    Raises:
        ConfigError: What is wrong with the name, and one that would do.
    """
    if not PATTERN.fullmatch(name) or len(name) > MOST_LETTERS:
        raise ConfigError(
            f"a package cannot be called {name!r}, expected at most {MOST_LETTERS} lower-case letters and digits, "
            f"words joined by single underscores, a letter first: try {_spelt(name)!r}."
        )
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise ConfigError(f"{name!r} is a word of Python, which no mechanism can be called: try 'my_{name}'.")
    taken = _taken(name, inside=inside)
    if taken:
        raise ConfigError(f"{name!r} is {taken}: try 'my_{name}', or whatever the paper calls it.")


def _spelt(name: str) -> str:
    """Make a name that would do of one that does not: ``MyNet-2`` becomes ``my_net_2``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.removeprefix("scanpath-").removeprefix("scanpath_"))
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    if plain[:1].isdigit():
        plain = f"my_{plain}"
    return plain[:MOST_LETTERS].rstrip("_") or "my_method"


def _taken(name: str, *, inside: bool) -> str:
    """Say what bears the name already, or nothing."""
    if name in ("core", "scanpath"):
        return "the core's own name"
    if name in registry.methods():
        return "an installed package"
    for part in ("scorers", "attentions", "co_attentions"):
        if name in registry.addresses(part):
            return f"a mechanism that {registry.addresses(part)[name].partition('.')[0]} brings"
    for package, brought in registry.KNOWN_PACKAGES.items():
        own = package == distribution(name)
        if (own and not inside) or (not own and any(name in names for names in brought.values())):
            return f"kept for {package}"
    compared = load_settings("scenes")
    if name in {PRIOR, *(row.id for row in (*compared.ladder, *compared.mechanisms))}:
        return "a row of every comparison"
    return ""
