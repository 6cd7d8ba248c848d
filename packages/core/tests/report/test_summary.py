"""The picture for a README."""

from __future__ import annotations

import dataclasses

import numpy as np

from scanpath.report.summary import summary_picture


def test_size_and_content(content):
    picture = summary_picture(dataclasses.replace(content, title="Made up"))
    assert picture.size == (1200, 700)
    pixels = np.asarray(picture)
    assert (pixels[0, 0] == 255).all()
    strip = pixels[490:640]  # three tiles at the left, white behind them
    assert strip[:, 40:180].std() > 10
    assert (strip[:, 700:] == 255).all()


def test_without_examples_and_repeatable(content):
    bare = dataclasses.replace(content, examples=(), title="Made up")
    assert np.array_equal(np.asarray(summary_picture(bare)), np.asarray(summary_picture(bare)))
