"""Recipes that come with packages: YAML files by name, as ``scanpath train NAME`` takes them."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from scanpath import registry
from scanpath.errors import ConfigError
from scanpath.experiments.overrides import parse_yaml

_ENDING = ".yaml"


def shipped_recipes() -> dict[str, Traversable]:
    """Return the recipes of all installed packages by name; the core's come first, and a name means its first file.

    Raises:
        ConfigError: a package names a folder of recipes that it does not have.
    """
    found: dict[str, Traversable] = {}
    for method in sorted(registry.methods().values(), key=lambda method: (method.name != "core", method.name)):
        if not method.recipes:
            continue
        try:
            lying = [file for file in files(method.recipes).iterdir() if file.name.endswith(_ENDING)]
        except ModuleNotFoundError:
            raise ConfigError(
                f"the recipes of {method.name!r} should lie in {method.recipes}, which is no package: correct its "
                "plugin."
            ) from None
        for file in sorted(lying, key=lambda file: file.name):
            found.setdefault(file.name.removesuffix(_ENDING), file)
    return found


def read_recipe(source: str | Path) -> dict[str, Any]:
    """Read a YAML file of settings, or a recipe of :func:`shipped_recipes` by its name.

    Raises:
        ConfigError: the file is missing, is no YAML, or is no mapping.
    """
    known = shipped_recipes()
    if str(source) in known:
        return parse_yaml(known[str(source)].read_text(encoding="utf-8"), source=f"the recipe {source}")
    try:
        text = Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise ConfigError(
            f"the recipe {source} cannot be read ({reason}): name a YAML file, or one of {', '.join(sorted(known))}."
        ) from None
    return parse_yaml(text, source=str(source))
