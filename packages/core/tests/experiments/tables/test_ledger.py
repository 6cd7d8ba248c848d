"""The ledger hides nothing: what was measured, what was not, what is out of date, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath import registry
from scanpath.experiments.tables import ledger
from scanpath.experiments.tables.ledger import Page, count, foreign_results, read_ledger
from scanpath.experiments.tables.planning import do
from scanpath.experiments.tables.results import collect, result_path
from scanpath.files import write_json
from scanpath.method import Method
from scanpath.plugin import METHOD as CORE


@pytest.fixture
def toys(toy_table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The table is the only one that is installed; gives its file."""
    toy_table()
    path = tmp_path / "toy.yaml"
    monkeypatch.setattr(ledger, "all_tables", lambda broken=None: {("toys", "toy"): path})
    return path


def states(page: Page) -> dict[str, list[str]]:
    return {entry.name: [state.state for state in entry.states] for entry in page.entries}


def test_what_was_never_measured_says_so(toys: Path, tmp_path: Path) -> None:
    (page,) = read_ledger(tmp_path / "results")
    never = ["never", "never", "not defined"]
    assert states(page) == dict.fromkeys(["weak", "strong", "Skill matters", "It matters by twenty points"], never)
    assert count([page]) == {
        "tables": 1, "rows": 2, "rows measured": 0, "claims": 2, "holds": 0, "fails": 0, "open": 0
    }  # fmt: skip


def test_what_was_measured_says_when_and_with_what(toys: Path, toy_plan, tmp_path: Path) -> None:
    results = tmp_path / "results"
    plan = toy_plan("small")
    for job in plan.todo:
        do(job)
    written = result_path(results, "toys", "toy", "small")
    write_json(written, collect(plan, "toys"))
    plan = toy_plan("smoke", rows=("strong",))
    do(plan.todo[0])
    write_json(result_path(results, "toys", "toy", "smoke"), collect(plan, "toys"))
    (page,) = read_ledger(results)
    assert states(page) == {
        "weak": ["never", "measured", "not defined"],
        "strong": ["measured", "measured", "not defined"],
        "Skill matters": ["never", "holds", "not defined"],
        "It matters by twenty points": ["never", "holds", "not defined"],
    }
    reached = page.entries[0].reached
    assert reached is not None
    assert (reached.scale, reached.seeds, reached.older) == ("small", 3, False)
    assert {"python", "torch", "scanpath"} <= set(reached.versions or {})
    assert count([page])["holds"] == 2
    toys.write_text(toys.read_text().replace("label: Weak", "label: Feeble"))
    assert all(entry.reached.older for entry in read_ledger(results)[0].entries)
    toys.write_text(toys.read_text().replace("strong.all > weak.all", "strong.all > weak.all + 1"))
    assert states(read_ledger(results)[0])["Skill matters"] == ["never", "never", "not defined"]


def test_broken_files_are_named_and_hide_no_other(toys: Path, tmp_path: Path) -> None:
    results = tmp_path / "results"
    broken = result_path(results, "toys", "toy", "small")
    broken.parent.mkdir(parents=True)
    broken.write_text("{}")
    (page,) = read_ledger(results)
    assert "is no result of scanpath reproduce" in page.trouble[0]
    assert len(page.entries) == 4
    toys.write_text("captoin: x")
    (page,) = read_ledger(results)
    assert "did you mean 'caption'" in page.trouble[0]
    assert page.plain()["entries"] == ()


def test_results_of_nothing_installed_are_named(toys: Path, tmp_path: Path) -> None:
    write_json(tmp_path / "gone" / "table1.small.json", {})
    write_json(tmp_path / "toys" / "toy.small.json", {})
    write_json(tmp_path / "scenes" / "comparison.json", {})
    assert foreign_results(tmp_path) == [str(Path("gone") / "table1.small.json")]


def test_a_package_whose_tables_lie_nowhere_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = Method(name="odd", paper="Odd", tables="no_such.experiments")
    monkeypatch.setattr(registry, "methods", lambda: {"core": CORE, "odd": odd})
    core, broken = read_ledger(tmp_path)
    assert core.method == "core"
    assert (broken.method, broken.table, broken.entries) == ("odd", "-", ())
    assert "which is no package: correct its plugin" in broken.trouble[0]
    assert count([core, broken])["tables"] == 1
    assert foreign_results(tmp_path) == []
