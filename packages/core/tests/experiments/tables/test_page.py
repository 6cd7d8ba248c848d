"""A result as a page's plain values, and what is written beside the JSON."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scanpath.errors import MissingExtraError
from scanpath.experiments.tables.page import alternative_text, content_of, headline, write_table_report
from scanpath.experiments.tables.planning import Plan, do
from scanpath.experiments.tables.results import collect

MakePlan = Callable[..., Plan]


@pytest.fixture
def result(toy_plan: MakePlan) -> dict[str, Any]:
    plan = toy_plan(rows=("weak",))
    do(plan.todo[0])
    return collect(plan, "toys")


def test_the_page_says_what_the_result_does(result: dict[str, Any]) -> None:
    content = content_of(result)
    weak, strong, quoted = content.rows
    assert weak.cells["all"].paper_words == "41.50"
    assert weak.cells["all"].ours is not None
    assert weak.cells["all"].ours.value == result["rows"][0]["cells"]["all"]["value"]
    assert strong.cells["all"].ours is None
    assert quoted.quoted
    assert [(column.printed, column.series) for column in content.columns] == [(True, False), (False, False)]
    assert content.claims[0].numbers == "strong.all - weak.all > 0, not measured: strong.all"
    assert {"Table", "Measured", "Seeds", "Machine"} <= content.facts.keys()
    assert headline(result) == "Scale smoke: 1 of 2 rows measured, 1 seed. Claims: 2 open."


def test_a_series_keeps_its_points(result: dict[str, Any]) -> None:
    point = {"at": 2.0, "value": 50.0, "low": None, "high": None}
    result["columns"][1]["measure"] = "accuracy/*"
    result["rows"][0]["cells"]["hard"] = {"paper": None, "series": [point]}
    (one,) = content_of(result).rows[0].series["hard"]
    assert (one.at, one.ours.value, one.words) == (2.0, 50.0, "50.00")


def test_the_picture_has_words(result: dict[str, Any]) -> None:
    words = alternative_text(result)
    value = result["rows"][0]["cells"]["all"]["value"]
    assert words.startswith(f"Accuracy, %: Weak {value:.2f}, paper 41.50, Strong paper 61.00, Quoted paper 55.50.")
    assert words.endswith("Open: Skill matters Open: It matters by twenty points")
    assert alternative_text({"columns": [], "rows": [], "claims": []}) == "Nothing is measured yet."
    first = result["columns"][0]
    result["columns"].insert(0, first | {"of": first["of"] | {"label": "Kept", "higher_is_better": False}})
    assert alternative_text(result) == words, "what is kept is no accuracy"
    result["columns"] = result["columns"][:1]
    assert alternative_text(result).startswith("Kept, %: Weak")


def test_page_picture_and_markdown_lie_beside_the_result(result: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "toy.smoke.json"
    write_table_report(path, result, [])
    with Image.open(tmp_path / "toy.smoke.png") as picture:
        assert picture.width == 1200
    assert "Skill against luck" in (tmp_path / "toy.smoke.html").read_text()
    assert "](toy.smoke.png)\n" in (tmp_path / "toy.smoke.md").read_text()


def test_markdown_needs_no_library_that_draws(
    result: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "scanpath.report.overlay":
            raise MissingExtraError("matplotlib")
        return known(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError):
        write_table_report(tmp_path / "toy.smoke.json", result, [])
    assert "![" not in (tmp_path / "toy.smoke.md").read_text()
