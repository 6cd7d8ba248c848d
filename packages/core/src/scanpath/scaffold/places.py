"""Where a new package goes: under packages/ of the project's tree, or anywhere else as a project of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scanpath.errors import ConfigError
from scanpath.scaffold.names import distribution


@dataclass(frozen=True)
class Place:
    """The folder to write, which is not there yet."""

    folder: Path
    inside: bool
    """Whether it lies beside the core, whose tools and sessions then serve it too."""


def find_place(name: str, folder: Path | None, *, here: Path) -> Place:
    """Find where a package goes.

    Args:
        name: The package's.
        folder: Where somebody wants it; None for packages/NAME in the project's tree, ``scanpath-NAME`` elsewhere.
        here: The working directory.

    Raises:
        ConfigError: There is something already, or it is called otherwise than its package.
    """
    root = _repository(here)
    default = here / distribution(name) if root is None else root / "packages" / name
    chosen = default if folder is None else (here / folder).resolve()
    if chosen.exists():
        raise ConfigError(f"{chosen} exists already, and nothing is overwritten: choose another name or --folder.")
    inside = chosen.parent.name == "packages" and _repository(chosen.parent) == chosen.parent.parent
    if inside and chosen.name != name:
        raise ConfigError(
            f"the folder of {name!r} under packages/ would be called {chosen.name!r}, but sessions find a method by "
            f"its folder: leave --folder out, or end it in {name!r}."
        )
    return Place(chosen, inside)


def _repository(here: Path) -> Path | None:
    """Return the root of the project's tree around a folder, or None outside of it."""
    return next((root for root in (here, *here.parents) if (root / "packages/core/pyproject.toml").is_file()), None)
