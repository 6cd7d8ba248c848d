"""One self-contained HTML page of a run, in the look of the comparison's: no fetching, no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from scanpath.files import write_atomically
from scanpath.report import run_plots
from scanpath.report.content import Example
from scanpath.report.embedding import data_uri, svg
from scanpath.report.rendering import environment, markup, picture_uri, tiles
from scanpath.report.run_content import RunContent

RIGHT = 0.5
"""A score from which an answer counts as right."""


def render_run(content: RunContent) -> str:
    """Return the page as HTML; every word of the content is escaped."""
    curves = None
    if content.traces:
        names = ", ".join(trace.name for trace in content.traces)
        label = f"While it learned, over the samples seen and over seconds: {names}."
        curves = markup(svg(run_plots.traces(content.traces), name="curves", label=label))
    shown = [_example(example) for example in content.examples]
    return (
        environment()
        .get_template("run.html")
        .render(
            content=content,
            curves=curves,
            right=[one for one in shown if one["said"].score >= RIGHT],
            wrong=[one for one in shown if one["said"].score < RIGHT],
            looks=any(one["tiles"] for one in shown),
            full=_full(content),
            sheets=[(one, data_uri(Image.fromarray(one.pixels))) for one in content.sheets],
        )
    )


def _full(content: RunContent) -> float:
    """Return the value that fills a bar: 100 %, or the largest one of a measure without a natural end."""
    if content.unit == "%":
        return 100.0
    return max((group.value for one in content.breakdowns for group in one.groups), default=0.0)


def write_run_page(path: Path, content: RunContent) -> None:
    """Write the page to ``path``, whole or not at all."""
    write_atomically(path, render_run(content))


def _example(example: Example) -> dict[str, Any]:
    (answered,) = example.answered
    return {
        "example": example,
        "picture": picture_uri(example),
        "said": answered,
        "tiles": tiles(example, answered),
    }
