"""Settings that people write: a misspelt key or a wrong value is one sentence that names its place and nearest key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails

from scanpath.errors import ConfigError, near

LATER = object()
"""Marks a setting that came after runs had been kept: where it is None, it is no part of a run's key."""
CHECKED = object()
CheckedFile = Annotated[str, CHECKED]
"""The path of a file whose content is in the task's fingerprint: where it lies is no part of a run's key."""
FINISHED = object()
FinishedRun = Annotated[str, FINISHED]
"""In the form of a task's section: the folder of another run, such as a judge's, which a table fills in (``needs``).

It counts by the other run's key: the same run in another place is the same. When a table is planned
the other run may not be done yet, so a task opens it when its objective or its measures first need it.
"""


class SettingsError(ConfigError):
    """A configuration with mistakes, which are also given one by one."""

    def __init__(self, source: str, mistakes: tuple[str, ...]) -> None:
        super().__init__(f"{source}: {'; '.join(mistakes)}")
        self.mistakes = mistakes


class Settings(BaseModel):
    """Base of every section of a configuration: strict values, no unknown keys, unchangeable once made."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, protected_namespaces=(), allow_inf_nan=False)

    @classmethod
    def parse(cls, values: Mapping[str, Any], *, source: str = "the settings") -> Self:
        """Check ``values`` and fill in the defaults.

        Args:
            values: the section, as YAML or JSON gives it.
            source: what to call their origin in an error, such as a file's path.

        Raises:
            SettingsError: with every mistake in one sentence, each with its key, such as ``rows[3].id``.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise SettingsError(source, tuple(_mistake(cls, detail) for detail in error.errors())) from None

    def plain(self) -> dict[str, Any]:
        """Return every setting, defaults included, as values that JSON and YAML can hold."""
        return self.model_dump(mode="json")


class SelfChecked(Settings):
    """A section that knows what its own keys may be, such as names of mechanisms with their options."""

    @model_validator(mode="after")
    def _without_mistakes(self) -> Self:
        wrong = [*self._mistakes()]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _mistakes(self) -> Iterator[str]:
        """Tell every mistake; all of them become one sentence."""
        raise NotImplementedError


def _mistake(model: type[BaseModel], detail: ErrorDetails) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]).removeprefix(".")
    if detail["type"] == "extra_forbidden":
        last = str(detail["loc"][-1])
        known = {name for found in _models_at([model], detail["loc"][:-1]) for name in found.model_fields}
        elsewhere = " or ".join(repr(found) for found in _places(model, last)[:3])
        return f"unknown key {place!r}{f'; did you mean {elsewhere}?' if elsewhere else near(last, known)}"
    if detail["type"] == "missing":
        return f"the key {place!r} is missing"
    if detail["type"].startswith("union_tag"):
        return _wrong_name(place, detail["ctx"])
    message = detail["msg"].removeprefix("Value error, ").rstrip(".")
    if detail["type"] == "value_error":
        return f"{place}: {message}" if place else message
    return f"{place}: {message[:1].lower()}{message[1:]}, given {_short(detail['input'])}"


def _wrong_name(place: str, context: Mapping[str, Any]) -> str:
    """Say what is wrong with the key that chooses the form of a section."""
    key = f"{place}.{context['discriminator'].strip(chr(39))}"
    if "tag" not in context:
        return f"the key {key!r} is missing"
    known = [tag.strip("'") for tag in context["expected_tags"].split(", ")]
    return f"{key}: there is no {context['tag']!r}{near(context['tag'], known) or '; known are ' + ', '.join(known)}"


def _short(value: object, most: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}..."


def _places(model: type[BaseModel], name: str, place: str = "", above: tuple[type[BaseModel], ...] = ()) -> list[str]:
    """Find the sections that have a key of this name, as dotted keys, the outer ones first; lists are left out."""
    if model in above:
        return []
    found = [f"{place}{name}"] if name in model.model_fields else []
    for key, field in model.model_fields.items():
        inner = [] if get_origin(field.annotation) in (list, dict) else dict.fromkeys(_models_in(field.annotation))
        found += (one for part in inner for one in _places(part, name, f"{place}{key}.", (*above, model)))
    return sorted(dict.fromkeys(found), key=lambda one: one.count("."))


def _models_at(models: list[type[BaseModel]], place: tuple[int | str, ...]) -> list[type[BaseModel]]:
    """Follow a dotted place through the fields; parts that are no field (list items, union tags) are stepped over."""
    for part in place:
        annotations = [found.model_fields[part].annotation for found in models if part in found.model_fields]
        if annotations:
            models = [inner for annotation in annotations for inner in _models_in(annotation)]
    return models


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
