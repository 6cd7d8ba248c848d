"""Pages of the documentation: with no table, and with one at two scales."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.experiments.tables import documenting
from scanpath.experiments.tables.documenting import write_pages
from scanpath.experiments.tables.planning import do
from scanpath.experiments.tables.results import collect, result_path
from scanpath.files import write_json


@pytest.fixture(autouse=True)
def few_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documenting, "read_ledger", lambda results: [])
    monkeypatch.setattr(documenting, "foreign_results", lambda results: [])


def test_without_a_table_the_index_says_so(tmp_path: Path) -> None:
    out = tmp_path / "pages"
    out.mkdir()
    (out / "gone.md").touch()
    write_pages(tmp_path / "results", out)
    assert {path.name for path in out.iterdir()} == {"index.md", "ledger.md"}
    index = (out / "index.md").read_text()
    assert "No table has been measured yet." in index
    assert index.endswith("```{toctree}\n:hidden:\n\nledger\n```\n")


def test_a_table_has_a_page_with_all_its_scales(toy_plan, tmp_path: Path) -> None:
    results, out = tmp_path / "results", tmp_path / "pages"
    for scale in ("smoke", "small"):
        plan = toy_plan(scale, seeds=1, rows=("weak",))
        do(plan.todo[0])
        write_json(result_path(results, "toys", "toy", scale), collect(plan, "toys"))
    (results / "toys" / "toy.small.png").write_bytes(b"a picture")
    write_pages(results, out)
    text = (out / "toys-toy.md").read_text()
    assert text.startswith("# Skill against luck\n\n## At the scale small\n\nSource: A paper, Table 1\n\n![")
    assert "](toys-toy.small.png)" in text
    assert (out / "toys-toy.small.png").read_bytes() == b"a picture"
    smoke = text[text.index("## At the scale smoke") :]
    assert "![" not in smoke
    assert "\n### Claims\n" in smoke
    assert "\n## Claims" not in text
    index = (out / "index.md").read_text()
    assert "[toys toy](toys-toy.md): Skill against luck. Scale small: 1 of 2 rows measured, 1 seed." in index


def test_a_comparison_has_a_page(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "scenes"
    folder.mkdir(parents=True)
    (folder / "comparison.md").write_text("# Ways of looking\n\n![all](comparison.png)\n")
    (folder / "comparison.png").write_bytes(b"a picture")
    out = tmp_path / "pages"
    write_pages(tmp_path / "results", out)
    assert "![all](comparison-scenes.png)" in (out / "comparison-scenes.md").read_text()
    assert (out / "comparison-scenes.png").exists()
    assert "- [Ways of looking](comparison-scenes.md), a comparison" in (out / "index.md").read_text()
