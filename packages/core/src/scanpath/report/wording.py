"""Numbers as people read them: units, intervals, p-values, and the sentence that leads a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scanpath.report.content import Content, Difference, Estimate, Example, Looking, Row

NONE = "–"


def share(value: float | None) -> str:
    """Write a percentage with one digit."""
    return NONE if value is None else f"{value:.1f}"


def interval(estimate: Estimate | Difference) -> str:
    """Write the ends of an interval, or nothing where none was computed."""
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{signed(estimate.low)} to {signed(estimate.high)}"


def signed(value: float) -> str:
    """Write a number with one digit, and a minus sign where it is below zero."""
    return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")


def points(value: float) -> str:
    """Write a difference with its sign."""
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


def p_value(p: float) -> str:
    """Write a p-value to the precision that means something."""
    if p < 0.0001:
        return "p < 0.0001"
    return f"p = {p:#.2g}"


def count(value: float | None, unit: str = "") -> str:
    """Write a large number with three digits and a decimal prefix: ``650 k``, ``1.92 G``."""
    if value is None:
        return NONE
    for size, prefix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}".strip()


def mebibytes(size: int | None) -> str:
    """Write bytes as MiB."""
    return NONE if size is None else f"{size / 2**20:.3g}"


def decimal(value: float | None) -> str:
    """Write a time with three digits."""
    if value is None:
        return NONE
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f}"


def measure(value: float | None, unit: str = "") -> str:
    """Write a measure: a percentage with one digit, anything else with four."""
    if value is None:
        return NONE
    return f"{value:.1f} %" if unit == "%" else f"{value:.4g} {unit}".strip()


def measured_on(machine: Mapping[str, Any]) -> str:
    """Say on what a figure was measured; :func:`scanpath.environment.hardware` tells."""
    return f"Measured on {machine['processor']}, torch {machine['versions']['torch']}, commit {machine['commit']}."


LEGEND = {
    "soft": "Each map is stretched from its own least to its own greatest weight: dark is least, bright is greatest. A "
    "map that is even everywhere stays unmarked.",
    "gate": "Gates are drawn as they are, from 0, dark, to 1, bright.",
    "hard": "Of a hard choice, what is kept stays as it is in the picture, and the rest is dimmed.",
}


def legend(examples: Sequence[Example]) -> str:
    """Say how to read the maps of some examples, of whatever kinds they are."""
    kinds = {answered.kind for example in examples for answered in example.answered if answered.maps is not None}
    return " ".join(words for kind, words in LEGEND.items() if kind in kinds)


def best(rows: Sequence[Row], kind: str) -> Row | None:
    """Return the most accurate row of a kind."""
    return max((row for row in rows if row.kind == kind), key=lambda row: row.accuracy.value, default=None)


def headline_map(row: Row) -> Looking | None:
    """Return what was measured of the row's headline map; None for a row without maps."""
    return next((one for one in row.looking if one.name == row.headline_map), None)


def headline(content: Content) -> str:
    """Say in two sentences what was found, without claiming more than the intervals allow."""
    attention, rung = best(content.rows, "attention"), best(content.rows, "rung")
    if attention is None:
        return ""
    sentence = f"The best attention is {attention.label}, with an accuracy of {_with_interval(attention.accuracy)}."
    if rung is not None:
        gap = attention.accuracy.value - rung.accuracy.value
        place = f"{abs(gap):.1f} points {'above' if gap >= 0 else 'below'} the best rung, {rung.label}"
        tested = attention.difference is not None and content.baseline == rung.id
        doubt = _doubt(attention.difference) if tested and attention.difference else ""
        sentence = sentence.removesuffix(".") + f", {place}{doubt}."
    looking = headline_map(attention)
    if looking is not None:
        sentence += f" It lays {looking.mass.value:.0f} % of its weight on the object that is asked about"
        sentence += (
            f"; an even look would lay {content.chance_mass:.1f} % there." if content.chance_mass is not None else "."
        )
    return sentence


def _with_interval(estimate: Estimate) -> str:
    ends = interval(estimate)
    return f"{estimate.value:.1f} %" + (f" ({ends})" if ends else "")


def _doubt(difference: Difference) -> str:
    if difference.verdict == "open":
        return " (the test leaves it open)"
    too_few = "; a claim needs three seeds" if difference.verdict == "none" else ""
    return f" ({p_value(difference.p)}{too_few})"


def alternative_text(content: Content) -> str:
    """Say what the picture of a comparison shows, for readers who cannot see it."""
    parts = [
        f"{row.label} {share(row.accuracy.value)} % ({interval(row.accuracy) or 'no interval'})" for row in content.rows
    ]
    looking = [f"{row.label} {one.mass.value:.0f} %" for row in content.rows if (one := headline_map(row)) is not None]
    words = "Accuracy: " + ", ".join(parts) + "."
    return words + (" Weight on the object asked about: " + ", ".join(looking) + "." if looking else "")
