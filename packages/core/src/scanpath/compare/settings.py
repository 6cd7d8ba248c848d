"""What a comparison holds fixed, and which rows it compares: a YAML file that is committed before anything is measured.

The files beside this module are named after data sets; ``task`` and ``training`` are the pipeline that all rows share,
a row adds names and options of its mechanism and nothing else.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import Field, PositiveInt, model_validator

from scanpath import registry
from scanpath.errors import ConfigError, DataError, UnknownNameError, near
from scanpath.experiments.overrides import parse_yaml
from scanpath.settings import Settings

PRIOR = "prior"
Scalar = str | int | float | bool | None
Options = dict[str, Scalar]


def row_id(text: str) -> str:
    """Give the id, and the folder, of the row that ``multi_hop:hops=3`` asks for."""
    return text.replace(":", ".")


class RowSettings(Settings):
    """One row: what it puts into the host's place for a mechanism."""

    id: str = Field(pattern=r"^[A-Za-z0-9_.=-]+$")
    label: str = ""
    """How the row is called in tables; the id by default."""
    attention: str | Options | None = None
    """By name, or with options: ``{name: multi_hop, hops: 3}``."""
    co_attention: str | Options | None = None
    host: Options = Field(default_factory=dict)
    """Options of the host over those of the pipeline."""
    own_layers: int = Field(default=0, ge=0)
    """Layers that the mechanism itself puts on each region, for the equal-depth rule."""
    note: str = ""

    @property
    def name(self) -> str:
        """The label, or the id where there is none."""
        return self.label or self.id

    @property
    def mechanism(self) -> str | None:
        """The registered name of what the row looks with."""
        found = self.attention or self.co_attention
        return str(found["name"]) if isinstance(found, Mapping) else found

    @property
    def looks(self) -> bool:
        """Whether the row sees the picture at all."""
        return self.attention is not None or self.co_attention is not None


class AnalysisSettings(Settings):
    """How the maps are tested."""

    split: str = "test"
    batch_size: PositiveInt = 1000
    deleted_share: float = Field(default=0.1, gt=0, lt=1)
    """Share of the regions that the faithfulness test deletes."""
    deleted_questions: PositiveInt = 4000
    """Questions of that test, the first ones of the split."""
    resamples: PositiveInt = 1000
    examples: PositiveInt = 8
    """Questions that the page draws under every row."""


class CompareSettings(Settings):
    """A whole comparison."""

    title: str = "Ways of looking, compared"
    intro: str = ""
    data_options: Options = Field(default_factory=dict)
    """What the data set is made with where it is missing."""
    private_data: bool = False
    """Make the data inside the comparison's folder: for a world of its own that nobody else needs."""
    task: dict[str, Any]
    """The pipeline's ``task`` section, without a mechanism."""
    training: dict[str, Any]
    """The recipe; ``samples`` is the budget that all rows share."""
    tuned: str = ""
    """How the recipe was found, a sentence for the notes of the page."""
    seeds: list[int] = Field(min_length=1)
    ladder: list[RowSettings]
    """The rungs; every comparison has them all."""
    mechanisms: list[RowSettings]
    """Ready rows, chosen by their ids."""
    chosen: list[str] = Field(min_length=1)
    baseline: str | None = None
    """The row that the others are tested against; the best rung by default."""
    analysis: AnalysisSettings = AnalysisSettings()

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [row.id for row in (*self.ladder, *self.mechanisms)]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise ValueError(f"rows must have ids of their own, {', '.join(repeated)} is used twice")
        if len(set(self.seeds)) != len(self.seeds):
            raise ValueError(f"seeds {self.seeds} hold one twice: each counts once")
        return self

    @property
    def data(self) -> str:
        """The data set's name."""
        return str(self.task.get("data", "scenes"))

    def rows(self) -> list[RowSettings]:
        """Return the ladder and the chosen mechanisms, in the order of the tables.

        Raises:
            UnknownNameError: a mechanism that nothing installed brings.
            ConfigError: rows of unequal depth, a row chosen twice, a baseline that is no row.
        """
        rows = [*self.ladder, *(self.mechanism(name) for name in self.chosen)]
        ids = [row.id for row in rows]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            if repeated[0] in {row.id for row in self.ladder}:
                raise ConfigError(f"the row {repeated[0]!r} is a rung, and those are always there: leave it out.")
            raise ConfigError(f"the row {repeated[0]!r} was chosen twice: name each mechanism once.")
        if self.baseline is not None and self.baseline not in ids:
            hint = near(self.baseline, ids) or f"; rows are {', '.join(ids)}."
            raise ConfigError(f"the baseline {self.baseline!r} is no row of this comparison{hint}")
        depths = {row.id: self.depth(row) for row in rows if row.looks}
        if len(set(depths.values())) > 1:
            told = ", ".join(f"{name} {depth}" for name, depth in depths.items())
            raise ConfigError(f"rows put unequal numbers of layers on a region ({told}): set host.region_layers.")
        return rows

    def depth(self, row: RowSettings) -> int | None:
        """Count the layers that each region passes before it is weighed; None for a row that sees no picture."""
        if not row.looks:
            return None
        options = {**self.task.get("model", {}), **row.host}
        return int(options.get("region_layers", 1)) + row.own_layers

    def mechanism(self, text: str) -> RowSettings:
        """Find a ready row by its id, or make one of a registered name and options: ``multi_hop:hops=3``."""
        for row in self.mechanisms:
            if row.id == text:
                return row
        name, *options = text.split(":")
        parsed = dict(_option(option, text) for option in options)
        built: Options = {"name": name, **parsed}
        if name in registry.addresses("attentions") or name in registry.addresses("scorers"):
            alike = next((row for row in self.mechanisms if row.mechanism == name), RowSettings(id=name))
            return alike.model_copy(update={"id": row_id(text), "label": text, "attention": built})
        if name in registry.addresses("co_attentions"):
            return RowSettings(id=row_id(text), label=text, co_attention=built)
        ready = {row.id for row in self.mechanisms}
        hint = near(name, ready | set(registry.addresses("attentions")) | set(registry.addresses("scorers")))
        if hint:
            raise UnknownNameError(f"there is no mechanism {name!r}{hint}")
        raise registry.unknown("attentions", name, also=("scorers", "co_attentions"))

    def task_of(self, row: RowSettings) -> dict[str, Any]:
        """Return the ``task`` section of a row's run: the pipeline with the row's mechanism in its place."""
        model = {**self.task.get("model", {}), **row.host, "attention": row.attention, "co_attention": row.co_attention}
        return {**self.task, "model": model}

    def pipeline(self) -> dict[str, Any]:
        """Return what all rows share and two comparisons in one folder must agree in."""
        return {
            "data_options": self.data_options,
            "private_data": self.private_data,
            "task": self.task,
            "training": self.training,
            "analysis": self.analysis.plain(),
        }


def _option(text: str, whole: str) -> tuple[str, Scalar]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ConfigError(f"{whole!r} has the option {text!r}, expected name=value, such as multi_hop:hops=3.")
    parsed = yaml.safe_load(value)
    return name, parsed if isinstance(parsed, str | int | float | bool) or parsed is None else value


@functools.cache
def shipped() -> tuple[str, ...]:
    """Name the settings that come with the package."""
    folder = files("scanpath.compare")
    return tuple(sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")))


def load_settings(source: str | Path, changes: Mapping[str, Any] | None = None) -> CompareSettings:
    """Read settings by a shipped name or from a file, and put ``changes`` over them.

    Args:
        source: a name of :func:`shipped`, or the path of a YAML file.
        changes: values by dotted key, such as ``{"training.samples": 1000}``.

    Raises:
        DataError: there is no such file.
        ConfigError: it is no YAML, or what it says cannot be.
    """
    values = _values(source)
    for key, value in (changes or {}).items():
        _put(values, key.split("."), value)
    return CompareSettings.parse(values, source=str(source))


def _values(source: str | Path) -> dict[str, Any]:
    text, place = _read(source)
    values = parse_yaml(text, source=place)
    base = values.pop("base", None)
    if base is None:
        return values
    if base not in shipped():
        raise ConfigError(f"{place} builds on {base!r}, expected one of {', '.join(shipped())}.")
    return _over(_values(str(base)), values)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one tree of settings over another; lists are taken whole, ``data_options`` too."""
    both = {**below, **above}
    for key, value in above.items():
        inner = below.get(key)
        if key != "data_options" and isinstance(value, Mapping) and isinstance(inner, Mapping):
            both[key] = _over(inner, value)
    return both


def _read(source: str | Path) -> tuple[str, str]:
    if str(source) in shipped():
        return files("scanpath.compare").joinpath(f"{source}.yaml").read_text(encoding="utf-8"), f"{source}.yaml"
    try:
        return Path(source).read_text(encoding="utf-8"), str(source)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise DataError(
            f"{source} cannot be read ({reason}): name a YAML file, or one of {', '.join(shipped())}."
        ) from None


def _put(values: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    for key in keys[:-1]:
        inner = values.setdefault(key, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"the setting {'.'.join(keys)!r} cannot be changed: {key!r} is not a section.")
        values = inner
    values[keys[-1]] = value
