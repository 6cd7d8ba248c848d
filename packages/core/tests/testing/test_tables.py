from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scanpath.method import Method
from scanpath.testing import ContractError
from scanpath.testing.recipes import recipe_as_run
from scanpath.testing.tables import check_counts, row_as_run

TABLE = """
caption: Skill against luck
source: A paper, Table 1
task: vqa
measures: {accuracy: {label: Accuracy, higher_is_better: true}}
base: {training: {steps: 2}}
scales: {smoke: {}, small: {}, paper: {missing: the paper names no data}}
columns:
  - {id: all, label: All, measure: accuracy}
  - {id: hard, label: Hard, measure: accuracy, split: test}
rows:
  - {id: weak, label: Weak, overrides: {task.model.attention: mean}, paper: {all: 41.5, hard: 3.5}}
  - {id: strong, label: Strong, overrides: {task.model.attention: dot}, paper: {all: 61, hard: {value: null}}}
  - {id: quoted, label: Quoted, external: true, paper: {all: 55.5, hard: {value: null}}}
claims:
  - {words: Skill matters, section: "5", compare: strong.all > weak.all}
"""


@pytest.fixture
def method(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Method:
    folder = tmp_path / "skill_tables"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "one.yaml").write_text(TABLE)
    (folder / "two.yaml").write_text(TABLE.replace("hard: 3.5", "hard: {value: null}"))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "skill_tables", raising=False)
    return Method(name="skill", paper="A paper", tables="skill_tables")


def test_tables_as_they_were_counted_pass(method: Method) -> None:
    check_counts(method, {"one": (4, 2, 1, 1), "two": (3, 3, 1, 1)})


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ({"one": (4, 2, 1, 1)}, "two is new"),
        ({"one": (4, 2, 1, 1), "two": (3, 3, 1, 1), "three": (0, 0, 0, 0)}, "three is missing"),
        ({"one": (5, 2, 1, 1), "two": (3, 3, 1, 1)}, "one has 4 printed, not 5"),
        ({"one": (4, 0, 1, 1), "two": (3, 3, 0, 1)}, "one has 2 lost, not 0; two has 1 quoted, not 0; correct the"),
        ({"one": (4, 2, 1, 2), "two": (3, 3, 1, 1)}, "one has 1 claims, not 2"),
    ],
)
def test_every_difference_is_said(method: Method, expected: dict, sentence: str) -> None:
    with pytest.raises(ContractError, match=f"Method 'skill': {sentence}"):
        check_counts(method, expected)


def test_a_row_resolves_with_its_defaults() -> None:
    found = row_as_run("core", "core", "dot", "small")
    assert found["seed"] == 0
    assert found["training"]["samples"] == 160000
    assert found.keys() == recipe_as_run("scenes").keys()
    assert row_as_run("core", "core", "dot", "small", column="color") == found
