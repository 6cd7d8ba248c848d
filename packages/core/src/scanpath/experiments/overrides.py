"""Settings as YAML, and single ones given on a command line: ``training.steps=100``."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from scanpath.errors import ConfigError

_LENGTHS = ("steps", "epochs", "samples")
"""Of these exactly one says how long training lasts, so giving one takes the place of the others."""


class _Loader(yaml.SafeLoader):
    """YAML whose numbers are those of YAML 1.2, ``1e-3`` is one though it has no dot, and whose keys stand once."""

    def construct_mapping(self, node: yaml.MappingNode, *args: Any, **options: Any) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key.value!r} is given twice", problem_mark=key.start_mark
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else "")
        return super().construct_mapping(node, *args, **options)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)[eE][-+]?\d+$"), list("-+.0123456789")
)


def parse_yaml(text: str, *, source: str) -> dict[str, Any]:
    """Parse YAML text that must be a mapping, or empty; ``source`` is what an error calls it."""
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader with one more form of numbers
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ConfigError(f"{source} is not valid YAML{place} ({getattr(error, 'problem', error)}).") from None
    if content is None:
        return {}
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise ConfigError(f"{source} holds a {type(content).__name__}, expected 'key: value' lines with names as keys.")
    return content


def override(settings: Mapping[str, Any], words: Iterable[str]) -> dict[str, Any]:
    """Return a copy of ``settings`` changed by words such as ``task.model.attention=multi_hop``.

    Values are YAML: numbers, ``true``, ``null``, text, ``[1, 2]``. Whether a key exists is checked with the rest.

    Raises:
        ConfigError: a word that is no ``key=value``, or a key below something that holds no keys.
    """
    changed = copy.deepcopy(dict(settings))
    words = list(words)
    lengths = [name for name in _LENGTHS if any(word.strip().startswith(f"training.{name}=") for word in words)]
    if len(lengths) > 1:
        raise ConfigError(f"training.{lengths[0]} and training.{lengths[1]} were given: one says how long, choose one.")
    for word in words:
        key, equals, text = word.partition("=")
        parts = key.strip().split(".")
        if not equals or not all(parts):
            raise ConfigError(f"{word!r} was given, expected key=value, such as training.steps=100.")
        _put(changed, parts, _value(word, text))
    return changed


def lay_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one tree of settings over another; a key of ``above`` may be dotted, ``task.model.attention: mean``.

    Sections are merged key by key; a section that names something else than the one below takes its place whole, since
    options of another name mean nothing to it. Lists are taken whole. One of ``training``'s lengths takes the place of
    the others.
    """
    return _merged(below, _spread(above), place="")


def _spread(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Write dotted keys as sections."""
    spread: dict[str, Any] = {}
    for key, value in tree.items():
        first, _, rest = key.partition(".")
        inner = {rest: value} if rest else value
        inner = _spread(inner) if isinstance(inner, Mapping) else inner
        known = spread.get(first)
        both = isinstance(known, Mapping) and isinstance(inner, Mapping)
        spread[first] = _merged(known, inner, place=first) if both else inner  # type: ignore[arg-type]  # both are
    return spread


def _merged(below: Mapping[str, Any], above: Mapping[str, Any], *, place: str) -> dict[str, Any]:
    both = copy.deepcopy(dict(below))
    if place == "training" and any(above.get(name) is not None for name in _LENGTHS):
        both = {key: value for key, value in both.items() if key not in _LENGTHS}
    for key, value in above.items():
        inner = both.get(key)
        if isinstance(value, Mapping) and isinstance(inner, Mapping) and not _names_another(inner, value):
            both[key] = _merged(inner, value, place=f"{place}.{key}".removeprefix("."))
        else:
            both[key] = copy.deepcopy(value)
    return both


def _names_another(below: Mapping[str, Any], above: Mapping[str, Any]) -> bool:
    return "name" in above and above["name"] != below.get("name", above["name"])


def _value(word: str, text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - as above
    except yaml.YAMLError:
        raise ConfigError(f"the value of {word!r} is not valid YAML: put it in quotes.") from None


def _put(settings: dict[str, Any], parts: list[str], value: Any) -> None:
    *sections, last = parts
    place = settings
    for depth, section in enumerate(sections, start=1):
        inner = place.get(section)
        if inner is None:
            inner = place[section] = {}
        if isinstance(inner, str):  # a section written as its bare name
            inner = place[section] = {"name": inner}
        if not isinstance(inner, dict):
            raise ConfigError(
                f"{'.'.join(parts)} was given, but {'.'.join(parts[:depth])} is {inner!r}, which has no keys."
            )
        place = inner
    if sections == ["training"] and last in _LENGTHS and value is not None:
        for other in _LENGTHS:
            place.pop(other, None)
    place[last] = value
