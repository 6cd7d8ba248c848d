"""The pictures of captions in Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanpath.report.wording import measured_on
from scanpath_sla.figures.epochs import SCORES

WORDS = (
    "Each tile is the map of one look, before the word below it, stretched from its least to its largest weight. Of a "
    "ReviewNet it is the thoughts' maps, weighed as the word weighs the thoughts. What moves is the part of a map's "
    "weight that lies elsewhere at the next word: 0 for equal maps, 1 for maps that share no region."
)
EPOCHS = (
    "Scores of the greedy captions of val at every evaluation, the mean over seeds. A run rose where its last "
    "evaluation is above its first."
)


def words_page(result: Mapping[str, Any]) -> str:
    """Write what was measured of one run's looks, word by word."""
    moved = result["moved"]
    told = "no caption has two words."
    if moved is not None:
        told = f"{moved['value']:.3f} ({moved['low']:.3f} to {moved['high']:.3f}, 95 % over pictures)."
    lines = [
        "# Where it looks before each word",
        "",
        f"{result['pictures']:,} pictures of {result['data']}, run {result['run']}, beam {result['beam']}. {WORDS}",
        "",
        f"Moved: {told}",
        "",
        "| picture | caption | people say |",
        "|---|---|---|",
        *(f"| {one['image']} | {one['caption']} | {one['people'][0]} |" for one in result["drawn"]),
        "",
    ]
    return "\n".join([*lines, measured_on(result["hardware"]), ""])


def epochs_page(result: Mapping[str, Any]) -> str:
    """Write how scores rose."""
    lines = ["# Scores while training goes on", "", EPOCHS, ""]
    for kind in result["kinds"]:
        seeds = len(kind["seeds"])
        rose = ", ".join(f"{score} rose in {kind['rose'][score]} of {seeds} runs" for score in SCORES)
        lines += [f"## {kind['name']}", "", f"| step | {' | '.join(SCORES)} |", "|---|" + "---|" * len(SCORES)]
        for place, step in enumerate(kind["steps"]):
            means = [sum(row[place] for row in kind[score]) / seeds for score in SCORES]
            lines.append(f"| {step:,} | {' | '.join(f'{mean:.3f}' for mean in means)} |")
        lines += ["", f"{rose}.", ""]
    return "\n".join([*lines, measured_on(result["hardware"]), ""])
