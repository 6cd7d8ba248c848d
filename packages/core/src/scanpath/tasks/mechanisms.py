"""How a recipe names a mechanism, in the model section of any task: its name alone, or a name with options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict

from scanpath.errors import ScanpathError
from scanpath.layers.options import named
from scanpath.settings import Settings


class MechanismSettings(Settings):
    """A mechanism with options: its name, and its constructor's keywords as further keys."""

    model_config = ConfigDict(extra="allow")

    name: str


def _bare(value: Any) -> Any:
    """Write a mechanism without options as its bare name, so that both spellings are the same run."""
    return value["name"] if isinstance(value, Mapping) and set(value) == {"name"} else value


Mechanism = Annotated[str | MechanismSettings, BeforeValidator(_bare)]


def refused(check: Callable[[str, Mapping[str, Any]], None], given: Any, place: str) -> Iterator[str]:
    """Say what the parts would refuse to build, long before data are made and features extracted for them."""
    if given is None:
        return
    try:
        name, options = named(given.plain() if isinstance(given, Settings) else given, place)
        if name == "question_only":
            yield "the model that reads the question only has no attention: write attention: null"
        else:
            check(name, options)
    except ScanpathError as error:
        yield str(error).removesuffix(".")


def known_are(names: Iterable[str]) -> str:
    """End a sentence about an unknown name that no known one is near to."""
    return f"; known are {', '.join(sorted(names))}"


def described(section: str | MechanismSettings) -> str:
    """Name a mechanism with its options as people read it: ``multi_hop (hops 3)``."""
    if not isinstance(section, MechanismSettings):
        return section
    options = {key: value for key, value in section.plain().items() if key != "name"}
    return f"{section.name} ({', '.join(f'{key} {value}' for key, value in options.items())})"
