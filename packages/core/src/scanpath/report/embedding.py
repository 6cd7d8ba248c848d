"""Figures and pictures as parts of one page: SVG in the page's own colours and letters, pictures as data URIs."""

from __future__ import annotations

import base64
import io
import re

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

from scanpath.report.overlay import jpeg
from scanpath.report.plots import INK, RULE

#: What of an SVG file has no place inside a page: prologue, metadata, and namespaces, which HTML knows by itself.
FOREIGN = re.compile(
    r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>|\s+xmlns(:\w+)?=\"[^\"]*\"", re.DOTALL
)


def svg(figure: Figure, *, name: str, label: str) -> str:
    """Return a figure as an ``<svg>`` element that follows the page's ink, rules, font and width.

    Args:
        figure: drawn with the reserved colours of :mod:`scanpath.report.plots`.
        name: unique on the page; it leads every id inside the element.
        label: what a screen reader says in its place.
    """
    stream = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "font.family": "sans-serif"}):
        figure.savefig(stream, format="svg", transparent=True)
    text = FOREIGN.sub("", stream.getvalue()).strip()
    text = re.sub(r"\bid=\"", f'id="{name}-', text)
    text = re.sub(r"xlink:href=\"#", f'href="#{name}-', text)
    text = text.replace("url(#", f"url(#{name}-")
    text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
    text = text.replace(INK, "var(--ink)").replace(RULE, "var(--rule)")
    words = f'role="img" aria-label="{_attribute(label)}"'
    return re.sub(r"^<svg\b[^>]*?(viewBox=\"[^\"]*\")[^>]*>", lambda found: f"<svg {found[1]} {words}>", text)


def _attribute(words: str) -> str:
    return words.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def data_uri(image: Image.Image, *, quality: int = 86) -> str:
    """Encode an image as a JPEG data URI."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg(image, quality=quality)).decode("ascii")
