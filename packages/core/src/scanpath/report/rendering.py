"""What the pages share: the templates' surroundings, and pictures with their maps as parts of a page."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from scanpath.errors import missing_extra
from scanpath.report import overlay, wording
from scanpath.report.content import Answered, Example
from scanpath.report.embedding import data_uri
from scanpath.report.panels import draw, panels

try:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup
except ImportError as error:
    raise missing_extra(error.name or "jinja2", purpose="writing the page") from error

TILE = 192
LARGEST = 480
"""Photographs are shrunk to so many pixels on their longer side: a page is to be sent, not to be printed."""


@functools.cache
def environment() -> Environment:
    """Return the templates, which escape every word, know the filters, and refuse what they are not given."""
    found = Environment(
        loader=PackageLoader("scanpath.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = ("share", "interval", "points", "p_value", "count", "mebibytes", "decimal", "measure", "legend")
    found.filters.update({name: getattr(wording, name) for name in names})
    return found


def markup(element: str) -> Markup:
    """Let an SVG of ours through unescaped."""
    return Markup(element)  # noqa: S704 - our own SVG, whose words matplotlib has escaped


def picture_uri(example: Example) -> str:
    """Draw the picture of an example, what the question is about outlined: its data URI."""
    shown = overlay.magnify(example.picture, TILE)
    target = _target(example)
    return _uri(Image.fromarray(shown if target is None else overlay.outline(shown, target)))


def tiles(example: Example, answered: Answered) -> list[tuple[str, str]]:
    """Draw every map of one answer, that of several layers layer by layer: its name and its data URI."""
    if answered.maps is None:
        return []
    names = answered.names or tuple(f"map {number + 1}" for number in range(len(answered.maps)))
    shown, target = overlay.magnify(example.picture, TILE), _target(example)
    return [
        (panel.name, _uri(draw(shown, panel, target=target)))
        for panel in panels(answered.maps, names, kind=answered.kind, boxes=boxes_of(example, answered))
    ]


def side_by_side(example: Example, rows: Sequence[str]) -> dict[str, Any]:
    """Draw the pictures of one example and put its answers into the order of the rows, given by their ids."""
    given = {answered.row: answered for answered in example.answered}
    ordered = [given[row] for row in rows if row in given]
    return {
        "example": example,
        "picture": picture_uri(example),
        "looked": [(one, tiles(example, one)) for one in ordered if one.maps is not None],
        "blind": [one for one in ordered if one.maps is None],
    }


def boxes_of(example: Example, answered: Answered) -> np.ndarray | None:
    """Return the boxes that the maps of an answer lie over; None for a grid."""
    return example.boxes if answered.boxes is None else answered.boxes


def _target(example: Example) -> np.ndarray | None:
    return example.target if example.target is not None and example.target.any() else None


def _uri(image: Image.Image) -> str:
    image.thumbnail((LARGEST, LARGEST))
    return data_uri(image)
