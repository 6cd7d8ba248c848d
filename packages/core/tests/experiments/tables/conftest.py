"""A table of two rows whose runs take no time: a task that scores what its settings say, and a little by luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Self

import pytest
import torch
from torch import nn

from scanpath.experiments import config as config_module, running
from scanpath.experiments.tables import reproducing
from scanpath.experiments.tables.loading import Table, load_table
from scanpath.experiments.tables.planning import Plan, make_plan
from scanpath.settings import FinishedRun, Settings
from scanpath.types import Batches

TOY = """\
caption: Skill against luck
source: A paper, Table 1
task: toy
measures:
  accuracy: {label: Accuracy, higher_is_better: true}
base:
  task: {luck: 0.5}
  training: {steps: 2, batch_size: 3, evaluate_every: end, device: cpu}
scales:
  smoke: {}
  small: {seeds: 3, overrides: {training: {steps: 3}}}
  paper: {missing: the paper names no data}
columns:
  - {id: all, label: All, measure: accuracy}
  - {id: hard, label: Hard, measure: accuracy, split: test}
rows:
  - {id: weak, label: Weak, overrides: {task.skill: 40.0}, paper: {all: 41.5}}
  - {id: strong, label: Strong, overrides: {task.skill: 60.0}, paper: {all: 61, hard: {value: null, note: illegible}}}
  - {id: quoted, label: Quoted, external: true, paper: {all: 55.5}}
claims:
  - {words: Skill matters, section: "5", compare: strong.all > weak.all}
  - {words: It matters by twenty points, section: "5", value: strong.all - weak.all, between: [15, 25]}
"""


class _Section(Settings):
    name: Literal["toy"] = "toy"
    root: str | None = None
    judge: FinishedRun | None = None
    second: FinishedRun | None = None
    skill: float = 50.0
    metric: str = "official-2017"  # as VQA has one: results state both versions
    luck: float = 0.0


class _Objective(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(()))
        self.luck = nn.Parameter(torch.rand(()))  # no loss moves it, so it stays what the seed made it

    def optimised(self) -> dict[str, list[nn.Parameter]]:
        return {"toy": [self.weight, self.luck]}

    def turns(self, step: int) -> tuple[str, ...]:
        return ("toy",)

    def forward(self, batch: Any, turn: str) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        return (self.weight - batch.mean()) ** 2 + 0 * self.luck, {}


class _Sampler:
    def __init__(self, size: int) -> None:
        self.lists = [list(range(start, min(start + size, 7))) for start in range(0, 7, size)]

    def set_epoch(self, epoch: int) -> None:
        pass

    def __len__(self) -> int:
        return len(self.lists)

    def __iter__(self) -> Any:
        return iter(self.lists)


class ToyTask:
    """Seven items, each scored alike."""

    Settings = _Section
    name = "toy"
    headline = "accuracy"
    higher_is_better = True

    def __init__(self, settings: _Section) -> None:
        self.settings = settings
        self.say = None

    @classmethod
    def load(cls, settings: _Section, folder: Path) -> Self:
        return cls(settings)

    def objective(self) -> _Objective:
        return _Objective()

    def save(self, folder: Path) -> None:
        pass

    def fingerprint(self) -> dict[str, str]:
        return {"data": "toy"}

    def remarks(self, split: str) -> list[str]:
        return []

    def batches(self, split: str, *, size: int, seed: int | None = None, rank: int = 0, world: int = 1) -> Batches:
        return Batches(list(range(7)), _Sampler(size), lambda items: torch.tensor(items, dtype=torch.float32))

    def predict(self, objective: _Objective, batch: torch.Tensor) -> dict[str, Any]:
        value = self.settings.skill + self.settings.luck * float(objective.luck.detach())
        return {str(int(item)): {"score": value} for item in batch}

    def measures(self, records: Mapping[str, Any], split: str) -> dict[str, float]:
        value = sum(record["score"] for record in records.values()) / len(records)
        return {"accuracy": value - (10 if split == "test" else 0)}

    def measure_names(self, split: str) -> list[str]:
        return ["accuracy"]

    def results(self, records: Mapping[str, Any]) -> list[Any]:
        return [dict(record) for record in records.values()]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def toy_task(monkeypatch: pytest.MonkeyPatch) -> type[ToyTask]:
    """Make the name "toy" known as a task."""
    known = config_module.task_class
    monkeypatch.setattr(config_module, "task_class", lambda name: ToyTask if name == "toy" else known(name))
    return ToyTask


@pytest.fixture
def toy_text() -> str:
    return TOY


@pytest.fixture
def toy_table(toy_task: type[ToyTask], tmp_path: Path) -> Callable[..., Table]:
    """Write the table with some of its text replaced, and read it."""

    def make(**replaced: str) -> Table:
        text = TOY
        for old, new in replaced.items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "toy.yaml"
        path.write_text(text)
        return load_table(path)

    return make


@pytest.fixture
def toy_plan(toy_table: Callable[..., Table], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Plan]:
    """Plan the table; neither its runs nor itself draw a page."""
    monkeypatch.setattr(running, "write_report", lambda run, *_, **__: run.folder.report_path.write_text("a page"))
    monkeypatch.setattr(
        reproducing, "write_table_report", lambda path, *_: path.with_suffix(".md").write_text("a table")
    )

    def make(scale: Any = "smoke", *, seeds: int | None = None, rows: tuple[str, ...] = (), **replaced: str) -> Plan:
        return make_plan(toy_table(**replaced), scale, seeds=seeds, rows=rows, runs=tmp_path / "runs", root=None)

    return make
