"""Costs: all rows in one process, the first row's in the denominator, measured once a machine."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from scanpath.bench.cost import Cost
from scanpath.experiments.tables import costs as costs_module
from scanpath.experiments.tables.claims import Cell
from scanpath.experiments.tables.costs import PASSES, ROUNDS, Step, cost_samples, table_costs
from scanpath.experiments.tables.estimating import autocast
from scanpath.experiments.tables.planning import Plan, do
from scanpath.experiments.tables.results import collect

MakePlan = Callable[..., Plan]
COSTLY = {
    "measures:": "measures:\n"
    "  cost/relative_runtime: {label: Runtime, unit: x, higher_is_better: false}\n"
    "  cost/peak_mib: {label: Peak, unit: MiB, higher_is_better: false}\n"
    "  cost/parameters: {label: Parameters, unit: '', higher_is_better: false}",
    "columns:": "columns:\n"
    "  - {id: time, label: Time, measure: cost/relative_runtime}\n"
    "  - {id: peak, label: Peak, measure: cost/peak_mib}\n"
    "  - {id: size, label: Size, measure: cost/parameters}",
    "strong.all > weak.all}": "strong.all > weak.all}\n"
    "  - {words: It is slow, section: '6', compare: strong.time > weak.time + 1}",
}


def silent(*_: object) -> None:
    pass


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Let the second of the rows cost twice the first, a little more each round; count the calls."""
    calls: list[list[str]] = []

    def measure(steps: dict[str, tuple[Step, tuple[torch.Tensor]]], *, repeats: int, warmup: int) -> dict[str, Cost]:
        assert repeats == ROUNDS * PASSES
        for step, (batch,) in steps.values():
            assert torch.equal(batch, torch.tensor([0.0, 1.0, 2.0]))
            assert step.training
        calls.append(list(steps))
        return {
            key: Cost(
                milliseconds=3.0, spread=(1, 2), flops=7, peak_bytes=2**19, parameters=5, resident_bytes=None,
                times=tuple(3.0 + place * (3 + 0.1 * (1 + number // PASSES)) for number in range(repeats)),
            )
            for place, key in enumerate(steps)
        }  # fmt: skip

    monkeypatch.setattr(costs_module, "measure_costs", measure)
    return calls


def test_ratios_are_over_the_first_row_in_the_same_round(toy_plan: MakePlan, counted: list[list[str]]) -> None:
    plan = toy_plan(**COSTLY)
    for job in plan.todo:
        do(job)
    costs = table_costs(plan, None, silent)
    assert costs is not None
    assert costs["batch"] == 3
    assert len(counted) == 1
    samples = cost_samples(plan, costs)
    assert samples[Cell("weak", "time")].values == (1.0,) * ROUNDS
    assert samples[Cell("strong", "time")].values == pytest.approx([2 + number / 30 for number in range(1, 6)])
    assert samples[Cell("strong", "peak")].values == (0.5,) * ROUNDS
    result = collect(plan, "toys", costs)
    cells = result["rows"][1]["cells"]
    assert cells["time"]["value"] == pytest.approx(2.1)
    assert cells["time"]["low"] < 2.1 < cells["time"]["high"]
    assert cells["size"] == {"paper": None, "rounds": [5.0] * ROUNDS, "value": 5.0, "low": 5.0, "high": 5.0,
                             "detectable": 0.0}  # fmt: skip
    slow = result["claims"][1]
    assert (slow["verdict"], slow["links"][0]["rounds"]) == ("holds", ROUNDS)
    assert result["costs"] == costs


@pytest.mark.parametrize(("key", "value"), [("versions", {"torch": "1.0"}), ("processor", "another")])
def test_costs_are_measured_once_a_machine(
    toy_plan: MakePlan, counted: list[list[str]], key: str, value: object
) -> None:
    plan = toy_plan(**COSTLY)
    assert table_costs(plan, None, silent) is None, "no row is done"
    do(plan.todo[1])
    alone = table_costs(plan, None, silent)
    assert alone is not None
    assert Cell("strong", "time") not in cost_samples(plan, alone), "there is nothing to set it against"
    assert Cell("strong", "size") in cost_samples(plan, alone)
    do(plan.todo[0])
    both = table_costs(plan, alone, silent)
    assert both is not None
    assert len(both["runs"]) == 2
    assert len(counted) == 2, "a new row: all are measured together again"
    assert table_costs(plan, both, silent) == both
    assert len(counted) == 2
    both["hardware"]["commit"] = "another"
    del both["hardware"]["versions"]["python"]  # as if it had been installed since
    assert table_costs(plan, both, silent) == both
    both["hardware"][key] = value
    assert table_costs(plan, both, silent) != both
    assert len(counted) == 3


def test_a_table_without_costs_measures_none(toy_plan: MakePlan, counted: list[list[str]]) -> None:
    plan = toy_plan()
    do(plan.todo[0])
    assert table_costs(plan, None, silent) is None
    assert cost_samples(plan, None) == {}
    assert counted == []


def test_the_clock_runs_on_the_real_objectives(toy_plan: MakePlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs_module, "ROUNDS", 2)
    plan = toy_plan(**COSTLY)
    do(plan.todo[0])
    costs = table_costs(plan, None, silent)
    assert costs is not None
    (one,) = costs["runs"].values()
    assert len(one["milliseconds"]) == 2
    assert all(value > 0 for value in one["milliseconds"])
    assert one["parameters"] == 2


def test_a_pass_is_all_turns() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.tensor(3.0))

        def turns(self, step: int) -> tuple[str, ...]:
            return ("one", "two")

        def forward(self, batch: torch.Tensor, turn: str) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
            return self.weight * (batch if turn == "one" else 2 * batch), {}

    loss = Step(Two(), torch.autocast("cpu", enabled=False))(torch.tensor(5.0))
    loss.backward()
    assert float(loss.detach()) == 45


@pytest.mark.parametrize(("precision", "dtype"), [("fp32", torch.float32), ("bf16", torch.bfloat16)])
def test_a_pass_has_the_precision_of_the_recipe(precision: str, dtype: torch.dtype) -> None:
    seen = []

    class One(nn.Linear):
        def turns(self, step: int) -> tuple[str, ...]:
            return ("one",)

        def forward(self, batch: torch.Tensor, turn: str) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
            found = super().forward(batch)
            seen.append(found.dtype)
            return found.sum(), {}

    training = SimpleNamespace(precision=precision)
    Step(One(3, 5), autocast(training, torch.device("cpu")))(torch.ones(2, 3)).backward()
    assert seen == [dtype]
