"""What a run is: the section of its task, the recipe of its training, and a seed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Protocol, Self, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, Field, NonNegativeInt, create_model, model_validator
from pydantic.fields import FieldInfo

from scanpath import registry
from scanpath.errors import ConfigError
from scanpath.method import TASK_FOR_RUNS
from scanpath.settings import CHECKED, FINISHED, LATER, FinishedRun, Settings
from scanpath.training.run_folder import RunFolder
from scanpath.training.settings import TrainingSettings
from scanpath.types import Objective, Record, Task

DEFAULT_TASK = "vqa"
FINGERPRINT = "fingerprint"
"""The key of a run's ``config.yaml`` that holds checksums, and is no setting."""
FORM = 2
"""Raised when the same settings come to mean another run, such as by other first weights: it is part of every key."""


class RunnableTask(Task, Protocol):
    """What a run needs of a task beside training it."""

    Settings: Any
    """The form of the task's section, a :class:`scanpath.settings.Settings`; ``name`` is
    its registered name, ``root`` (if any) a place and no identity.
    """
    say: Callable[[str], None] | None
    """Is told, in a sentence, before something large is written."""

    def __init__(self, settings: Any) -> None:
        """Build the task from its section."""
        ...

    @classmethod
    def load(cls, settings: Any, folder: Path) -> Self:
        """Build the task of a run from what :meth:`save` wrote, without its data."""
        ...

    def objective(self) -> Objective:
        """Build the model and its losses."""
        ...

    def save(self, folder: Path) -> None:
        """Write what the weights need to be read again."""
        ...

    def fingerprint(self) -> Mapping[str, str]:
        """Return checksums of what a run depends on beside its settings."""
        ...

    def remarks(self, split: str) -> Sequence[str]:
        """Say in sentences what must not go unsaid of training on a split, such as items left out."""
        ...

    def results(self, records: Mapping[str, Record]) -> Any:
        """Return the JSON of ``predictions.json``."""
        ...

    def measure_names(self, split: str) -> Sequence[str]:
        """Name everything that can be measured on a split: a table's columns are checked before anything is trained."""
        ...


def _whole_path(given: str) -> str:
    try:
        return str(Path(given).expanduser().absolute())  # a run that goes on may be started elsewhere
    except RuntimeError as error:  # there is no such user
        raise ValueError(f"{given!r} is no path ({error})") from None


class RunConfig(Settings):
    """A resolved configuration: defaults filled in, every name known."""

    task: Any
    """The section of the task, of the form that the task gives it; its ``name`` chooses the task."""
    training: TrainingSettings
    seed: NonNegativeInt = 0
    start: Annotated[Annotated[FinishedRun, AfterValidator(_whole_path)] | None, LATER] = None
    """The folder of another run of the same model: its best weights are the first ones, in place of drawn ones.

    What it learnt of a word or an answer goes with it by its text; others begin as drawn. The data may be others.
    """

    @model_validator(mode="after")
    def _startable(self) -> Self:
        if self.start is not None and self.task.name != DEFAULT_TASK:
            raise ValueError(
                f"start is taken by runs of {DEFAULT_TASK!r} alone, and this is one of {self.task.name!r}: leave it out"
            )
        return self

    @classmethod
    def parse(cls, values: Mapping[str, Any], *, source: str = "the settings") -> Self:
        """Check all sections together.

        Raises:
            ConfigError: with every mistake in one sentence.
            UnknownNameError: no installed package brings the task.
        """
        section = values.get("task") or {}
        if not isinstance(section, Mapping):
            raise ConfigError(f"{source}: task is {section!r}, expected a section with keys such as 'data'.")
        form: type[Settings] = task_class(str(section.get("name", DEFAULT_TASK))).Settings
        whole = create_model(cls.__name__, __base__=cls, task=(form, Field(default_factory=form)))
        return super(RunConfig, whole).parse({**values, "task": section}, source=source)

    def create_task(self, folder: Path | None = None) -> RunnableTask:
        """Build the task, from the data or, with a run's ``folder``, from what lies there."""
        found = task_class(self.task.name)
        return found(self.task) if folder is None else found.load(self.task, folder)

    def key(self) -> str:
        """Return the short hash of everything that decides the run's outcome; the data must be there.

        The data's checksum counts, the folder that they lie in does not; a setting that nobody could make when other
        runs were kept counts once it is made.
        """
        return self.key_with(self.create_task().fingerprint())

    def key_with(self, fingerprint: Mapping[str, str]) -> str:
        """Return the key, given the checksums of the data."""
        content = {"form": FORM, **self.plain(), FINGERPRINT: dict(fingerprint)}
        content["task"].pop("root", None)
        for place, folder in self.finished_runs().items():
            _put(content, place, key_of(Path(folder)))
        for place in self._checked_files():
            _put(content, place, "")
        for place, value in _marked(self, "", LATER):
            if value is None:
                _drop(content, place)
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def finished_runs(self) -> dict[str, str]:
        """Return the folders of other runs that this one uses, by dotted key."""
        return {place: value for place, value in _marked(self, "", FINISHED) if value is not None}

    def _checked_files(self) -> list[str]:
        return [place for place, value in _marked(self, "", CHECKED) if value is not None]

    def is_place(self, key: str, one: Any, other: Any) -> bool:
        """Tell whether two values of a dotted key only say where the same thing lies."""
        if key == "task.root":
            return True
        if key in self._checked_files():
            return isinstance(one, str) and isinstance(other, str)
        return key in self.finished_runs() and key_of(Path(str(one))) == key_of(Path(str(other)))


def key_of(folder: Path) -> str:
    """Return the key of the run in a folder; of one that is not there, such as a planned one, the folder's name."""
    if not RunFolder.holds_run(folder):
        return folder.name
    kept = dict(RunFolder.open(folder).config)
    fingerprint = kept.pop(FINGERPRINT, {})
    return RunConfig.parse(kept, source=str(folder)).key_with(fingerprint)


def task_class(name: str) -> type[RunnableTask]:
    """Return the class of a registered task."""
    found: type[RunnableTask] = registry.load("tasks", name)
    lacking = [part for part in TASK_FOR_RUNS if not hasattr(found, part)]
    if lacking:
        raise ConfigError(f"the task {name!r} cannot be run from a recipe: it lacks {', '.join(lacking)}.")
    return found


def takes_root(section: Mapping[str, Any]) -> bool:
    """Tell whether the task of a section can be told where its data lie."""
    return "root" in task_class(str(section.get("name", DEFAULT_TASK))).Settings.model_fields


def _marked(section: BaseModel, place: str, mark: object) -> Iterator[tuple[str, Any]]:
    """Give the settings of a section that have a mark, such as :data:`scanpath.settings.FINISHED`, by dotted key."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if _has(field, mark):
            yield f"{place}.{name}".removeprefix("."), value
        if isinstance(value, BaseModel):
            yield from _marked(value, f"{place}.{name}".removeprefix("."), mark)


def _has(field: FieldInfo, mark: object) -> bool:
    """Tell whether a field's type has a mark, or one of the types that it may have."""
    either = get_args(field.annotation) if get_origin(field.annotation) in (Union, UnionType) else ()
    return mark in field.metadata or any(mark in getattr(one, "__metadata__", ()) for one in either)


def _put(tree: dict[str, Any], place: str, value: Any) -> None:
    tree, last = _above(tree, place)
    tree[last] = value


def _drop(tree: dict[str, Any], place: str) -> None:
    tree, last = _above(tree, place)
    del tree[last]


def _above(tree: dict[str, Any], place: str) -> tuple[dict[str, Any], str]:
    *above, last = place.split(".")
    for key in above:
        tree = tree[key]
    return tree, last


def differences(one: Any, other: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield the dotted keys at which two trees of settings differ, with both values."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in [*one, *(key for key in other if key not in one)]:
            yield from differences(one.get(key), other.get(key), f"{place}.{key}" if place else str(key))
    elif one != other:
        yield place, one, other
