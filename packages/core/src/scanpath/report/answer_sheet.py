"""One question about one picture on a sheet: question, answers, every map, and the words with their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from scanpath.report.lettering import font, heat_colour, ink_on, lines, shortened
from scanpath.report.overlay import SHORT_SIDE, Map, Picture
from scanpath.report.panels import Panel, draw

LARGEST = 384
"""Larger pictures are shrunk to so many pixels on their longer side."""
WIDTH = 1280
"""Panels are broken into rows of at most so many pixels."""
NARROWEST, MARGIN, GAP = 560, 24, 16
INK, SOFT, BAR = (20, 20, 20), (95, 95, 95), (0, 114, 178)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands on the sheet."""

    question: str
    answers: Sequence[tuple[str, float]]
    """Answers with their probabilities, the likeliest first."""
    picture: Picture
    panels: Sequence[Panel]
    words: Sequence[str] = ()
    """The question as the model read it."""
    word_maps: Mapping[str, Map] = field(default_factory=dict)
    """Weights of the words, each (len(words),), by name."""


def answer_sheet(sheet: Sheet) -> Image.Image:
    """Draw a sheet; it is as large as its content asks for."""
    picture = sized(sheet.picture)
    shown = [("picture", "", Image.fromarray(picture))]
    shown += [(panel.name, panel.remark, draw(picture, panel)) for panel in sheet.panels]
    captions = max(font(13).getlength(f"{name} {remark}") for name, remark, _ in shown)
    cell = max(picture.shape[1], int(captions) + 8)
    columns = max(1, min(len(shown), (WIDTH - 2 * MARGIN + GAP) // (cell + GAP)))
    width = max(NARROWEST, 2 * MARGIN + columns * (cell + GAP) - GAP)
    inside = width - 2 * MARGIN
    parts = [
        _question(sheet.question, inside),
        _answers(sheet.answers, inside),
        _tiles(shown, cell, columns, inside),
        *(_words(name, sheet.words, weights, inside) for name, weights in sheet.word_maps.items()),
    ]
    height = 2 * MARGIN + sum(part.height + GAP for part in parts) - GAP
    drawn, top = Image.new("RGB", (width, height), "white"), MARGIN
    for part in parts:
        drawn.paste(part, (MARGIN, top))
        top += part.height + GAP
    return drawn


def sized(picture: Picture) -> Picture:
    """Bring a picture to a size to look at: small ones by a whole factor, each pixel a block; large ones shrunk."""
    height, width = picture.shape[:2]
    longest = max(height, width)
    if longest > LARGEST:
        size = (max(1, round(width * LARGEST / longest)), max(1, round(height * LARGEST / longest)))
        return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))
    factor = max(1, min(-(-SHORT_SIDE // min(height, width)), LARGEST // longest))
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def _question(text: str, width: int) -> Image.Image:
    face = font(20, bold=True)
    broken = list(lines(text, width, face))
    drawn = Image.new("RGB", (width, 28 * len(broken)), "white")
    for number, line in enumerate(broken):
        ImageDraw.Draw(drawn).text((0, 28 * number), line, fill=INK, font=face)
    return drawn


def _answers(answers: Sequence[tuple[str, float]], width: int) -> Image.Image:
    """Draw one line an answer: its probability, a bar of that length, its words."""
    row, bar, face = 22, 120, font(14)
    drawn = Image.new("RGB", (width, row * len(answers)), "white")
    pen = ImageDraw.Draw(drawn)
    for number, (answer, probability) in enumerate(answers):
        top, weight = row * number, font(14, bold=number == 0)
        percent = f"{probability:.1%}"
        pen.text((60 - face.getlength(percent), top + 2), percent, fill=INK, font=face)
        pen.rectangle((70, top + 4, 70 + bar, top + 17), fill=(232, 232, 232))
        if round(bar * probability):
            pen.rectangle((70, top + 4, 70 + round(bar * probability), top + 17), fill=BAR)
        pen.text((82 + bar, top + 2), shortened(answer, width - bar - 82, weight), fill=INK, font=weight)
    return drawn


def _tiles(shown: Sequence[tuple[str, str, Image.Image]], cell: int, columns: int, width: int) -> Image.Image:
    tall = shown[0][2].height
    row = tall + 26
    rows = -(-len(shown) // columns)
    drawn = Image.new("RGB", (width, rows * row + (rows - 1) * GAP), "white")
    pen = ImageDraw.Draw(drawn)
    for number, (name, remark, tile) in enumerate(shown):
        left, top = number % columns * (cell + GAP), number // columns * (row + GAP)
        drawn.paste(tile, (left, top))
        pen.text((left, top + tall + 5), name, fill=INK, font=font(13))
        pen.text((left + font(13).getlength(f"{name} "), top + tall + 5), remark, fill=SOFT, font=font(13))
    return drawn


def _words(name: str, words: Sequence[str], weights: Map, width: int) -> Image.Image:
    """Draw the words on the colours of their weights, relative to the largest, with each weight beneath."""
    face, small, row = font(15), font(11), 48
    largest = float(np.max(weights, initial=0.0)) or 1.0
    places: list[tuple[int, int, str, float]] = []
    left, line = 0, 0
    for word, weight in zip(words, np.asarray(weights, dtype=np.float64).tolist(), strict=True):
        text = shortened(word, width - 12, face)
        wide = max(int(face.getlength(text)), int(small.getlength(f"{weight:.0%}"))) + 12
        if left and left + wide > width:
            left, line = 0, line + 1
        places.append((left, line, text, weight))
        left += wide + 4
    drawn = Image.new("RGB", (width, 22 + row * (line + 1)), "white")
    pen = ImageDraw.Draw(drawn)
    pen.text((0, 0), f"words, {name}", fill=INK, font=font(13))
    for left, line, text, weight in places:
        top, ground = 22 + row * line, heat_colour(max(0.0, weight) / largest)
        wide = max(int(face.getlength(text)), int(small.getlength(f"{weight:.0%}"))) + 12
        pen.rectangle((left, top, left + wide, top + 25), fill=ground)
        pen.text((left + 6, top + 3), text, fill=ink_on(ground), font=face)
        pen.text((left + 6, top + 28), f"{weight:.0%}", fill=SOFT, font=small)
    return drawn
