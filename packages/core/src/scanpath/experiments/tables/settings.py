"""What a table file may hold: columns, rows, printed numbers, the scales that it runs at, and the paper's claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, NonNegativeInt, PositiveInt, field_validator, model_validator

from scanpath.errors import ConfigError
from scanpath.experiments.tables.claims import NAME, Link, Sum, parse_comparison, parse_sum
from scanpath.settings import Settings

ScaleName = Literal["smoke", "small", "paper"]
SCALES: tuple[ScaleName, ...] = get_args(ScaleName)

Overrides = dict[str, Any]
"""Settings of a run to change: sections, or dotted keys such as ``task.model.attention``."""
Id = Annotated[str, Field(pattern=rf"^{NAME}$")]


class MeasureSettings(Settings):
    """A measure of the task, as the table shows it."""

    label: str
    unit: str = "%"
    digits: NonNegativeInt = 2
    """Behind the point."""
    higher_is_better: bool
    """Its direction, which is never guessed."""


class Printed(Settings):
    """A number as the paper prints it; null where our text of the paper lost it."""

    value: float | None
    note: str = ""
    """What is odd about it, or why it is not known."""


def _printed(given: Any) -> Any:
    """Let a bare number stand for a printed one."""
    return given if isinstance(given, Mapping) else {"value": given}


class ColumnSettings(Settings):
    """One column: a measure, on a split."""

    id: Id
    label: str
    measure: str
    """One of the task, ``cost/...`` or ``PREFIX/*``: see :mod:`scanpath.experiments.tables.columns`."""
    split: str | None = None
    """What the best checkpoint is measured on; the table's by default."""
    overrides: Overrides = Field(default_factory=dict)


class RowSettings(Settings):
    """One row: what it changes in the table's base, and what the paper printed for it."""

    id: Id
    label: str
    overrides: Overrides = Field(default_factory=dict)
    external: bool = False
    """Quoted from elsewhere: printed, never run."""
    paper: dict[str, Annotated[Printed, BeforeValidator(_printed)]] = Field(default_factory=dict)
    """By column."""
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.external and self.overrides:
            raise ValueError("an external row is never run, but has overrides")
        if self.external and not self.paper:
            raise ValueError("an external row has printed numbers only, and none is given under 'paper'")
        return self


class ScaleSettings(Settings):
    """How large the runs are, and on which data; or why they cannot be run so."""

    missing: str = ""
    """Why the table is not defined at this scale; nothing else may stand beside it."""
    seeds: PositiveInt = 1
    """How many, where nobody asks for a number; a claim needs three."""
    data: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Data sets that are made where they are missing, with their options."""
    private_data: bool = False
    """Make them in the folder of the runs: for a world of its own that nobody else needs."""
    overrides: Overrides = Field(default_factory=dict)
    columns: dict[Id, Overrides] = Field(default_factory=dict)
    """What single columns change at this scale alone."""
    rows: dict[str, Overrides] = Field(default_factory=dict)
    """What single rows change at this scale alone; laid over everything else."""
    needs: dict[Id, Overrides] = Field(default_factory=dict)
    """What single runs under the table's ``needs`` change at this scale alone."""
    measures: dict[Id, str | None] = Field(default_factory=dict)
    """Columns that show another measure at this scale, such as after minutes where the paper trains for hours.

    Null leaves a column out where nobody can know what it measures.
    """

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.missing and self.model_fields_set != {"missing"}:
            raise ValueError("it says why it is missing and what it runs, expected one of the two")
        return self


class ScalesSettings(Settings):
    """All three, each defined or said to be missing."""

    smoke: ScaleSettings
    small: ScaleSettings
    paper: ScaleSettings


class ClaimSettings(Settings):
    """A sentence of the paper, and the comparison of cells that says the same."""

    words: str
    section: str
    """Where the paper says it."""
    compare: str | None = None
    """Such as ``two.all > one.all``; see :mod:`scanpath.experiments.tables.claims`."""
    value: str | None = None
    """A sum of cells that must lie ``between`` two numbers."""
    between: tuple[float, float] | None = None
    note: str = ""
    """How the words were made into a comparison, where that is a choice."""

    @field_validator("between", mode="before")
    @classmethod
    def _pair(cls, given: Any) -> Any:
        return tuple(given) if isinstance(given, list) else given

    @field_validator("compare")
    @classmethod
    def _comparison(cls, text: str | None) -> str | None:
        if text is not None:
            _parsed(parse_comparison, text)
        return text

    @field_validator("value")
    @classmethod
    def _summed(cls, text: str | None) -> str | None:
        if text is not None:
            _parsed(parse_sum, text)
        return text

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.compare is None) == (self.value is None) or (self.value is None) != (self.between is None):
            raise ValueError("expected either 'compare', or 'value' with 'between'")
        if self.between is not None and self.between[0] >= self.between[1]:
            raise ValueError(f"nothing lies between {self.between[0]} and {self.between[1]}")
        return self

    @property
    def comparison(self) -> str:
        """The comparison as it is written."""
        if self.compare is not None:
            return self.compare
        assert self.between is not None  # noqa: S101 - the validator saw to it
        return f"{self.between[0]:g} < {self.value} < {self.between[1]:g}"

    def links(self) -> tuple[Link, ...]:
        """Parse the comparison."""
        if self.compare is not None:
            return parse_comparison(self.compare)
        assert self.value is not None  # noqa: S101 - as above
        assert self.between is not None  # noqa: S101 - as above
        value, (low, high) = parse_sum(self.value), self.between
        return Link(Sum((), low), value), Link(value, Sum((), high))


def _parsed(parse: Any, text: str) -> None:
    try:
        parse(text)
    except ConfigError as error:
        raise ValueError(str(error)) from None


class TableSettings(Settings):
    """A table of a paper, or a figure that is one."""

    caption: str
    source: str
    """Paper and table, or section."""
    note: str = ""
    task: str = "vqa"
    """The registered task of its runs."""
    split: str = "val"
    """What best checkpoints are measured on."""
    measures: dict[str, MeasureSettings] = Field(min_length=1)
    base: Overrides
    """What all runs share: ``task`` and ``training``."""
    scales: ScalesSettings
    columns: list[ColumnSettings] = Field(min_length=1)
    rows: list[RowSettings] = Field(min_length=1)
    needs: dict[Id, Overrides] = Field(default_factory=dict)
    """Runs that must be finished first, as changes to the base; a value ``{needs: NAME}`` becomes the run's folder."""
    claims: list[ClaimSettings] = Field(default_factory=list)

    def row(self, name: str) -> RowSettings:
        """Return a row by its id."""
        return next(row for row in self.rows if row.id == name)

    def column(self, name: str) -> ColumnSettings:
        """Return a column by its id."""
        return next(column for column in self.columns if column.id == name)

    def scale(self, name: ScaleName) -> ScaleSettings:
        """Return a scale.

        Raises:
            ConfigError: the table is not defined at it; the sentence says why.
        """
        found: ScaleSettings = getattr(self.scales, name)
        if found.missing:
            raise ConfigError(f"the table is not defined at the scale {name!r}: {found.missing}")
        return found

    def at(self, scale: ScaleName) -> TableSettings:
        """Return the table with its columns as they are at a scale."""
        own: dict[str, str | None] = {column.id: column.measure for column in self.columns}
        own |= self.scale(scale).measures
        columns = [
            column.model_copy(update={"measure": own[column.id]})
            for column in self.columns
            if own[column.id] is not None
        ]
        return self.model_copy(update={"columns": columns})

    @property
    def defined_scales(self) -> tuple[ScaleName, ...]:
        """The scales that it can be run at."""
        return tuple(name for name in SCALES if not getattr(self.scales, name).missing)
