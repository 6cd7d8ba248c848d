"""The same questions under the rows of a table, on a few pictures that are drawn for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.catalogue import make_dataset
from scanpath.experiments.tables.loading import load_table
from scanpath.experiments.tables.looking import EXAMPLES, table_examples
from scanpath.experiments.tables.planning import Plan, do, make_plan

TABLE = """\
caption: Looks
source: nowhere
measures: {accuracy: {label: Accuracy, higher_is_better: true}}
base:
  task: {model: {region_dim: 11, embedding_dim: 3, question_dim: 13, hidden_dim: 17}}
  training: {steps: 1, batch_size: 31, evaluate_every: end, device: cpu}
scales: {smoke: {}, small: {missing: no need}, paper: {missing: no need}}
columns: [{id: all, label: All, measure: accuracy}]
rows:
  - {id: blind, label: Blind, overrides: {task.model.attention: null}}
  - {id: hops, label: Hops, overrides: {task.model.attention: {name: multi_hop, hops: 2}}}
  - {id: other, label: Other data, overrides: {task.model.attention: dot, task.root: ELSEWHERE}}
  - {id: never, label: Never run, overrides: {task.model.attention: dot}}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    for place, seed in (("here", 0), ("there", 1)):
        make_dataset(
            "scenes", tmp_path / place, images=11, val_images=5, test_images=3, questions=7, seed=seed, workers=1
        )
    path = tmp_path / "looks.yaml"
    path.write_text(TABLE.replace("ELSEWHERE", str(tmp_path / "there")))
    table = load_table(path)
    return make_plan(table, "smoke", seeds=1, rows=(), runs=tmp_path / "runs", root=tmp_path / "here")


def test_rows_on_the_same_questions_stand_side_by_side(plan: Plan) -> None:
    jobs = {job.row: job for job in plan.chosen}
    do(jobs["blind"])
    assert table_examples(plan) == [], "nobody looks"
    for name in ("hops", "other"):
        do(jobs[name])
    examples = table_examples(plan)
    assert len(examples) == EXAMPLES
    assert len({example.question_id for example in examples}) == EXAMPLES
    for example in examples:
        blind, hops = example.answered
        assert (blind.row, blind.maps) == ("blind", None)
        assert hops.names == ("hop 1", "hop 2")
        assert hops.maps is not None
        assert np.allclose(hops.maps.reshape(2, -1).sum(1), 1, atol=1e-5)


def test_other_tasks_have_none(toy_plan: Callable[..., Plan]) -> None:
    plan = toy_plan()
    do(plan.todo[0])
    assert table_examples(plan) == []
