"""Build something from a name and options: what its signature does not take is an error that names the nearest."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from scanpath.errors import ConfigError, near

Built = TypeVar("Built")


def build(name: str, constructor: Callable[..., Built], given: Mapping[str, Any], options: Mapping[str, Any]) -> Built:
    """Call a constructor by keywords, checked against its signature first.

    Args:
        name: What the user called it, for the error.
        constructor: A class or function of keyword-only arguments.
        given: What the caller knows, such as widths.
        options: What the user wrote.

    Raises:
        ConfigError: An unknown option, an option that the caller sets itself, or a required one that is missing.
    """
    check(name, constructor, given, options)
    return constructor(**given, **options)


def check(name: str, constructor: Callable[..., Any], given: Collection[str], options: Mapping[str, Any]) -> None:
    """Check options as :func:`build` does, building nothing.

    Args:
        name: What the user called it, for the error.
        constructor: A class or function of keyword-only arguments.
        given: Names of what the caller will know.
        options: What the user wrote.

    Raises:
        ConfigError: As :func:`build`.
    """
    parameters = inspect.signature(constructor).parameters
    takes = {key: one for key, one in parameters.items() if one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)}
    allowed = [key for key in takes if key not in given]
    open_ended = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    for key in options:
        if key in given or (key not in allowed and not open_ended):
            hint = near(key, allowed) or f"; it takes {', '.join(allowed) or 'none'}."
            raise ConfigError(f"{name!r} takes no option {key!r}{hint}")
    missing = [key for key, one in takes.items() if one.default is one.empty and not (key in given or key in options)]
    if missing:
        raise ConfigError(f"{name!r} needs the option {missing[0]!r}: give it a value.")


def choose(what: str, name: str, known: Mapping[str, Built]) -> Built:
    """Look a name up in a table of the core; an unknown one is an error that names the nearest."""
    if name not in known:
        hint = near(str(name), known) or f"; expected one of {', '.join(known)}."
        raise ConfigError(f"there is no {what} {name!r}{hint}")
    return known[name]


def named(section: Any, place: str) -> tuple[str, dict[str, Any]]:
    """Read ``"dot"`` or ``{"name": "dot", **options}`` as a name and its options.

    Raises:
        ConfigError: Neither of the two.
    """
    if isinstance(section, str):
        return section, {}
    if not isinstance(section, Mapping) or not isinstance(section.get("name"), str):
        raise ConfigError(f"{place} is {section!r}, expected a name or a mapping with a 'name'.")
    return section["name"], {key: value for key, value in section.items() if key != "name"}
