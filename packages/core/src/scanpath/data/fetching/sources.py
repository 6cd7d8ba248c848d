"""What can be fetched: a table of files with their addresses, sizes and checksums, ``sources.yaml`` or one's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, PositiveInt, field_validator, model_validator

from scanpath.errors import ConfigError, UnknownNameError, near
from scanpath.settings import Settings

#: A plain file or folder name, which no table can use to leave its folder.
_Plain = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.+-]*$")]
_SUFFIXES = re.compile(r"(\.(zip|tar|tgz|gz|json|txt))+$")


class FileSource(Settings):
    """A file: where it comes from, how it is known to be the right one, and what becomes of it."""

    name: _Plain
    """What it is called in the data set's folder."""
    addresses: list[str] = Field(default_factory=list)
    """Tried in this order."""
    size: PositiveInt | None = None
    """Bytes, exactly."""
    roughly: PositiveInt | None = None
    """Bytes as its page tells them, where they are not known exactly."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    md5: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    known_from: str = ""
    """Who tells the size and the checksum."""
    brackets: Annotated[str, Field(pattern=r"^(\[\]|\{\})$")] | None = None
    """First and last character of a JSON file, by which one that no checksum knows is told from a page or a part."""
    gives: list[str] = Field(default_factory=list)
    """What must lie in the folder when the archive has been unpacked; empty for a file that stays as it is."""
    strip: str = ""
    """The archive's own top folder, which is left away."""
    unpacked: PositiveInt | None = None
    """Bytes when unpacked, roughly; twice the archive's where it is not known."""
    optional: bool = False
    """Whether it is fetched only if it is asked for by name."""
    by_hand: str = ""
    """How to get it in a browser, where no program can rely on an address."""

    @field_validator("addresses")
    @classmethod
    def _plain_http(cls, addresses: list[str]) -> list[str]:
        for address in addresses:
            if not re.match(r"https?://[^/\s]+/\S+$", address):
                raise ValueError(f"{address!r} is no address, expected http(s)://HOST/PATH")
        return addresses

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if bool(self.addresses) == bool(self.by_hand):
            raise ValueError(f"{self.name} needs addresses, or by_hand, and not both")
        return self

    @property
    def short(self) -> str:
        """Its name without what tells the format: ``train2014`` of ``train2014.zip``."""
        return _SUFFIXES.sub("", self.name)

    @property
    def checksum(self) -> tuple[str, str] | None:
        """The algorithm and the digest that it must have; None where nobody tells one."""
        if self.sha256:
            return "sha256", self.sha256
        return ("md5", self.md5) if self.md5 else None


class Source(Settings):
    """A data set that can be fetched."""

    about: str
    """One line about it."""
    folder: _Plain
    """Where its files lie, under the folder of the data sets."""
    page: str
    """Where its authors tell about it."""
    note: str = ""
    """What a user should know before or after."""
    files: list[FileSource] = Field(min_length=1)

    @model_validator(mode="after")
    def _different(self) -> Self:
        names = [file.name for file in self.files]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands twice among the files")
        return self

    def chosen(self, only: Iterable[str] = ()) -> list[FileSource]:
        """Return the files to fetch: all but the optional ones, or those named, with or without suffix.

        Raises:
            UnknownNameError: a name is none of its files'.
        """
        wanted = list(only)
        for name in wanted:
            if not any(name in (file.name, file.short) for file in self.files):
                known = [file.short for file in self.files]
                hint = near(name, known) or f"; known are {', '.join(known)}."
                raise UnknownNameError(f"there is no file {name!r} in {self.folder}{hint}")
        if wanted:
            return [file for file in self.files if file.name in wanted or file.short in wanted]
        return [file for file in self.files if not file.optional]


def read_sources(path: Path | None = None) -> Mapping[str, Source]:
    """Read a table of sources.

    Args:
        path: a YAML file of the same form, such as one with a mirror nearby; None takes the project's own.

    Raises:
        ConfigError: the file cannot be read, or an entry is not what it must be.
    """
    if path is None:
        text, called = files("scanpath.data.fetching").joinpath("sources.yaml").read_text(encoding="utf-8"), "sources"
    else:
        text, called = _text(path), str(path)
    try:
        value: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{called} is not valid YAML ({' '.join(str(error).split())}): mend it.") from None
    if not isinstance(value, dict) or not all(isinstance(entry, dict) for entry in value.values()):
        raise ConfigError(f"{called} is no table of sources, expected data sets by name, each with its files: mend it.")
    return {str(name): Source.parse(entry, source=f"{called}, {name}") for name, entry in value.items()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as a table of sources ({error}): check the path.") from None


def find_source(name: str, path: Path | None = None) -> Source:
    """Return the source called ``name``.

    Raises:
        UnknownNameError: there is none.
        ConfigError: the table is not in order.
    """
    known = read_sources(path)
    if name not in known:
        hint = near(name, known) or f"; known are {', '.join(known)}."
        raise UnknownNameError(f"there is nothing called {name!r} to fetch{hint}")
    return known[name]
