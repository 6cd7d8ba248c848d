"""Options of a data set that is made: built from names, checked, with errors that name the near ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from scanpath.errors import ConfigError, near

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Options = TypeVar("Options", bound="DataclassInstance")


def options_of(form: type[Options], values: Mapping[str, Any], made: str) -> Options:
    """Build a dataclass of options.

    Args:
        form: the dataclass.
        values: fields of it.
        made: what ``scanpath data make`` calls the data set.

    Raises:
        ConfigError: an option that does not exist.
    """
    known = [field.name for field in fields(form)]
    for name in values:
        if name not in known:
            hint = near(name, known) or f"; known are {', '.join(known)}."
            raise ConfigError(f"the data set {made} has no option {name!r}{hint}")
    return form(**values)


def check_whole_numbers(options: object, bounds: Mapping[str, tuple[int, int]], made: str) -> None:
    """Check that options are whole numbers.

    Args:
        options: an object with the options as attributes.
        bounds: the least and the greatest value, by name.
        made: what ``scanpath data make`` calls the data set.

    Raises:
        ConfigError: one is something else.
    """
    for name, (least, most) in bounds.items():
        value = getattr(options, name)
        if type(value) is not int or not least <= value <= most:
            raise ConfigError(
                f"the data set {made} was asked for with {name} = {value!r}, expected a whole number from "
                f"{least} to {most}."
            )
