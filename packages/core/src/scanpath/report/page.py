"""One self-contained HTML page of a comparison: nothing is fetched, nothing needs a script."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scanpath.files import write_atomically
from scanpath.report import plots, wording
from scanpath.report.content import Content, Estimate, Row
from scanpath.report.embedding import svg
from scanpath.report.palette import styles
from scanpath.report.rendering import environment, markup, side_by_side


def render(content: Content) -> str:
    """Return the page as HTML.

    Every word of the content is escaped. Figures are inline SVG, pictures are data URIs.
    """
    names = list(dict.fromkeys(name for row in content.rows for name in row.question_types))
    answer_names = list(dict.fromkeys(name for row in content.rows for name in row.answer_types))
    return (
        environment()
        .get_template("comparison.html")
        .render(
            content=content,
            headline=wording.headline(content),
            rungs=[row for row in content.rows if row.kind == "rung"],
            attentions=[row for row in content.rows if row.kind == "attention"],
            labels={row.id: row.label for row in content.rows},
            styles=styles(content.rows),
            scale=Scale(content),
            figures=_figures(content),
            examples=[side_by_side(example, [row.id for row in content.rows]) for example in content.examples],
            question_types=names,
            answer_types=answer_names,
            top=max((row.accuracy.value for row in content.rows), default=None),
            headline_maps={row.id: wording.headline_map(row) for row in content.rows},
            best=_best(content.rows, names, answer_names),
        )
    )


def write_page(path: Path, content: Content) -> None:
    """Write the page to ``path``, whole or not at all."""
    write_atomically(path, render(content))


class Scale:
    """Where an accuracy lies on the small bars of the table, in percent of their width."""

    def __init__(self, content: Content) -> None:
        lowest = [row.accuracy.value if row.accuracy.low is None else row.accuracy.low for row in content.rows]
        seeds = [value for row in content.rows for value in row.seeds.values()]
        self.low = max(0.0, 10 * ((min([*lowest, *seeds], default=0.0) - 1) // 10))

    def at(self, value: float) -> str:
        """Place a value."""
        return f"{max(0.0, min(100.0, 100 * (value - self.low) / (100 - self.low))):.2f}"

    def between(self, estimate: Estimate) -> tuple[str, str]:
        """Place an interval: its left end and its width."""
        low = estimate.value if estimate.low is None else estimate.low
        high = estimate.value if estimate.high is None else estimate.high
        left = float(self.at(low))
        return f"{left:.2f}", f"{float(self.at(high)) - left:.2f}"


def _figures(content: Content) -> Mapping[str, str]:
    drawn: dict[str, str] = {}
    if content.rows:
        label = "Accuracy of every row over its milliseconds per batch; the numbers stand in the cost table."
        drawn["cost"] = markup(svg(plots.accuracy_over_cost(content), name="cost", label=label))
    if content.curves:
        label = "Accuracy while learning, over the questions seen and over seconds."
        drawn["curves"] = markup(svg(plots.curves(content), name="curves", label=label))
    if any(row.question_types for row in content.rows):
        label = "Accuracy per question type; the numbers stand in the table below."
        drawn["types"] = markup(svg(plots.question_types(content), name="types", label=label))
    return drawn


def _best(rows: tuple[Row, ...], names: list[str], answer_names: list[str]) -> dict[tuple[str, str], float]:
    """Find the highest accuracy of each column of the type tables."""
    found = {
        ("question", name): max(row.question_types[name].value for row in rows if name in row.question_types)
        for name in names
    }
    found |= {
        ("answer", name): max(row.answer_types[name].value for row in rows if name in row.answer_types)
        for name in answer_names
    }
    return found
