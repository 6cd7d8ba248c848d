"""The page of a comparison, and the one picture beside it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from scanpath.compare.page import write_report
from scanpath.report.content import Content, Estimate, Row


def test_page_and_picture_lie_in_the_folder(tmp_path: Path) -> None:
    row = Row(id="mean", label="A mean", kind="rung", accuracy=Estimate(value=44.0))
    write_report(tmp_path, Content(title="Made up", intro="By hand.", rows=(row,)))
    assert "A mean" in (tmp_path / "report.html").read_text()
    with Image.open(tmp_path / "comparison.png") as picture:
        assert picture.size == (1200, 700)
