"""Table files found and read: by path, or by the method that brings them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from scanpath import registry
from scanpath.errors import ConfigError, UnknownNameError, near
from scanpath.experiments.overrides import parse_yaml
from scanpath.experiments.tables.references import wrong_references
from scanpath.experiments.tables.settings import TableSettings
from scanpath.method import Method
from scanpath.settings import SettingsError


@dataclass(frozen=True)
class Table:
    """A table file, read."""

    name: str
    """The file's name without its ending."""
    settings: TableSettings
    checksum: str
    """Of the file's text: what was measured belongs to one text."""


def load_table(path: Path | Traversable) -> Table:
    """Read a table file and check it; its runs are checked by :func:`..resolving.check_runs`.

    Raises:
        ConfigError: with all mistakes of the file, each with its place, such as ``rows[3].overrides``.
    """
    try:
        content = path.read_bytes()
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise ConfigError(f"the table {path} cannot be read ({reason}): name a YAML file.") from None
    values = parse_yaml(text, source=str(path))
    mistakes: tuple[str, ...] = ()
    try:
        settings = TableSettings.parse(values, source=str(path))
    except SettingsError as error:
        mistakes = error.mistakes
    mistakes = (*mistakes, *wrong_references(values))
    if mistakes:
        raise SettingsError(str(path), mistakes)
    return Table(path.name.removesuffix(".yaml"), settings, hashlib.sha256(content).hexdigest()[:12])


def tables_of(method: Method) -> dict[str, Traversable]:
    """Return the table files of a method by name; none for a method without tables."""
    if not method.tables:
        return {}
    try:
        found = [file for file in files(method.tables).iterdir() if file.name.endswith(".yaml")]
    except ModuleNotFoundError:
        raise ConfigError(
            f"the tables of {method.name!r} should lie in {method.tables}, which is no package: correct its plugin."
        ) from None
    return {file.name.removesuffix(".yaml"): file for file in sorted(found, key=lambda file: file.name)}


def all_tables(broken: dict[str, str] | None = None) -> dict[tuple[str, str], Traversable]:
    """Return the table files of all installed methods by the names of method and table.

    Args:
        broken: takes, by method, why its tables cannot be found; without it the first such method is an error.
    """
    found: dict[tuple[str, str], Traversable] = {}
    for name, method in sorted(registry.methods().items()):
        try:
            found |= {(name, table): path for table, path in tables_of(method).items()}
        except ConfigError as error:
            if broken is None:
                raise
            broken[name] = str(error)
    return found


def find_table(method: str, table: str) -> Table:
    """Read the table of a method.

    Raises:
        UnknownNameError: no such method is installed, or it has no such table.
        ConfigError: the file has mistakes.
    """
    methods = registry.methods()
    if method not in methods:
        raise registry.unknown_method(method)
    known = tables_of(methods[method])
    if table not in known:
        has = f"; it has {', '.join(known)}." if known else "; it has none."
        raise UnknownNameError(f"the method {method!r} has no table {table!r}{near(table, known) or has}")
    return load_table(known[table])
