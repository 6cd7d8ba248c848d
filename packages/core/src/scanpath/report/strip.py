"""A strip of a picture for readers who look at one only: a question's picture, and where some rows look in it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from scanpath.report import overlay
from scanpath.report.content import Answered, Example
from scanpath.report.lettering import font, lines, shortened
from scanpath.report.panels import Panel, draw
from scanpath.report.plots import INK, literal
from scanpath.report.rendering import boxes_of

TILES = 8
"""Pictures in the strip: for each question its own and one of every row, up to seven."""
LEFT, GAP = 0.03, 0.012
LETTERS = 9.5
"""The words below a tile, in points."""
LINES = 3
"""Below a tile: a row's name in one or two, and what it answers in those that are left."""
LINE = 0.2
"""Inches of a line."""
SIDE = (0.94 - (TILES - 1) * GAP) / TILES


class Looker(NamedTuple):
    """A row in the strip."""

    id: str
    label: str
    colour: str
    headline_map: str | None = None
    """Which of its maps is shown; the last one otherwise."""


def strip_height(width: float) -> float:
    """Return how many inches a strip needs in a figure of ``width`` inches: question, tiles, lines of words."""
    return SIDE * width + 0.8 + LINES * LINE


def draw_strips(figure: Figure, examples: Sequence[Example], lookers: Sequence[Looker], *, top: float) -> None:
    """Draw as many questions side by side as there is room for.

    Args:
        figure: of any size; the strip takes its full width.
        examples: the questions, in order.
        lookers: at most seven.
        top: where the strip begins, in inches from the figure's lower edge.
    """
    tiles = 1 + len(lookers)
    for place, example in enumerate(examples[: TILES // tiles]):
        _draw_strip(figure, example, lookers, first=place * tiles, top=top)


def _draw_strip(figure: Figure, example: Example, lookers: Sequence[Looker], *, first: int, top: float) -> None:
    width, height = figure.get_size_inches()
    given = {answered.row: answered for answered in example.answered}
    tiles = [("The picture", f"people say: {example.answers[0] if example.answers else '?'}", INK, _plain(example))]
    tiles += [_tile(example, one, given[one.id]) for one in lookers if one.id in given]
    question = literal("\n".join(textwrap.wrap(example.question, 13 * len(tiles), max_lines=2)))
    at = LEFT + first * (SIDE + GAP)
    tall = SIDE * width / height
    below = (top - 0.526) / height  # two lines of the question
    figure.text(at, below + 0.126 / height, question, fontsize=12, fontweight="bold", color=INK, linespacing=1.15)
    for number, (title, answer, colour, picture) in enumerate(tiles):
        place = at + number * (SIDE + GAP)
        axes = figure.add_axes((place, below - tall, SIDE, tall))
        axes.imshow(picture, interpolation="nearest", aspect="auto")
        axes.axis("off")
        name = _wrapped(title, LINES - 1, width, bold=True)
        told: list[tuple[str, dict[str, Any]]] = [(line, {"color": colour, "fontweight": "bold"}) for line in name]
        told += [(line, {"color": INK}) for line in _wrapped(answer, LINES - len(name), width)]
        for row, (line, look) in enumerate(told):
            down = below - tall - (0.175 + LINE * row) / height
            figure.text(place, down, literal(line), fontsize=LETTERS, va="center", **look)


def _wrapped(words: str, most: int, width: float, *, bold: bool = False) -> list[str]:
    """Break words at the width of a tile, but no number from its per cent; what is beyond the last line is cut."""
    face = font(round(10 * LETTERS), bold=bold)  # ten times as large, as its sizes are whole
    room = int((SIDE + GAP / 2) * width * 720)
    broken = list(lines(words.replace(" %", "\N{NO-BREAK SPACE}%"), room, face))
    if len(broken) <= most:
        return broken
    last = broken[most - 1]
    while " " in last and face.getlength(f"{last}…") > room:
        last = last.rpartition(" ")[0]
    return [*broken[: most - 1], shortened(f"{last}…", room, face)]


def _plain(example: Example) -> np.ndarray:
    picture = overlay.magnify(example.picture)
    return picture if example.target is None else overlay.outline(picture, example.target)


def _tile(example: Example, looker: Looker, answered: Answered) -> tuple[str, str, str, np.ndarray]:
    """Draw the headline map of one row, with what it answered."""
    answer = f"{'✓' if answered.score >= 0.5 else '✗'} {answered.prediction}"
    if answered.maps is None or len(answered.maps) == 0:
        return looker.label, answer, looker.colour, _plain(example)
    place = answered.names.index(looker.headline_map) if looker.headline_map in answered.names else -1
    weights, boxes = answered.maps[place], boxes_of(example, answered)
    if answered.kind == "soft":
        drawn = overlay.overlay(example.picture, weights, boxes=boxes, target=example.target)
    else:
        panel = Panel(name=looker.label, weights=weights, boxes=boxes, kind=answered.kind)
        drawn = draw(overlay.magnify(example.picture), panel, target=example.target)
    return looker.label, answer, looker.colour, np.asarray(drawn)
