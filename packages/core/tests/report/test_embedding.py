"""Figures and pictures inside a page."""

from __future__ import annotations

import base64
import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from scanpath.report.embedding import data_uri, svg
from scanpath.report.plots import INK, RULE


def test_svg_takes_the_pages_colours_and_brings_no_address():
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1, 2], [3, 5], color=INK, marker="o")
    axes.axhline(4, color=RULE)
    axes.set_title("a < b & c", color=INK)
    drawn = svg(figure, name="one", label='5 > "4" & <3')
    assert drawn.startswith("<svg viewBox=")
    assert drawn.endswith("</svg>")
    assert "http" not in drawn
    assert "var(--ink)" in drawn
    assert "var(--rule)" in drawn
    assert INK not in drawn
    assert 'aria-label="5 &gt; &quot;4&quot; &amp; &lt;3"' in drawn
    assert "a &lt; b &amp; c" in drawn
    assert 'id="one-' in drawn
    assert 'href="#one-' in drawn
    assert drawn == svg(figure, name="one", label='5 > "4" & <3')


def test_data_uri_is_the_picture():
    picture = Image.fromarray(np.full((7, 11, 3), (200, 30, 60), dtype=np.uint8))
    head, body = data_uri(picture).split(",", 1)
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as read:
        assert read.size == (11, 7)
        assert np.abs(np.asarray(read).astype(int) - (200, 30, 60)).max() <= 3
