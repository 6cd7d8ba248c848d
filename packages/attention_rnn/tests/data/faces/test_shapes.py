"""Shapes cover what a count over points inside each pixel says they cover."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath_attention_rnn.data.faces.shapes import Plane, larger, lens, oval, smaller

SIDE, FINE = 47, 16
PLACE = {"scale": 0.25, "x": 0.03, "y": -0.02, "roll": 0.1}


def counted(distance):
    """Count points inside each pixel, where a distance is below 0."""
    fine = distance(Plane.of(SIDE * FINE, **PLACE)) < 0
    return fine.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))


@pytest.mark.parametrize(
    "distance",
    [
        lambda plane: oval(plane, 0.1, -0.2, 0.9, 1.3),
        lambda plane: oval(plane, 0.0, 0.1, 1.0, 1.2, square=0.6),
        lambda plane: lens(plane, 0.0, 0.3, 0.9, 0.3, bend=-0.2),
        lambda plane: smaller(oval(plane, 0.0, 0.0, 1.0, 1.0), -oval(plane, 0.0, 0.3, 0.6, 0.7)),
        lambda plane: larger(oval(plane, -0.5, 0.0, 0.4, 0.6), oval(plane, 0.6, 0.0, 0.4, 0.3)),
    ],
)
def test_covers_are_parts_of_pixels(distance):
    plane = Plane.of(SIDE, **PLACE)
    found, expected = plane.cover(distance(plane)), counted(distance)
    edge = (expected > 0) & (expected < 1)
    assert np.abs(found - expected)[edge].mean() < 0.1
    assert (found[~edge] == expected[~edge]).mean() > 0.98
    assert abs(found.sum() - expected.sum()) < 0.03 * expected.sum()


def test_a_plane_is_turned_about_its_middle():
    plane = Plane.of(101, scale=0.5, x=0.0, y=-0.03, roll=0.2)
    middle = 101 // 2
    assert abs(plane.u[middle, middle]) < 1e-12
    assert abs(plane.v[middle, middle]) < 1e-12
    right = plane.u[middle, middle + 10], plane.v[middle, middle + 10]
    tangent = 2 * 0.2 / (1 - 0.2 * 0.2)
    assert right[1] / right[0] == pytest.approx(-tangent)
    assert np.hypot(*right) == pytest.approx(10 / (0.5 * 101))


def test_a_smile_has_its_corners_above_its_middle():
    plane = Plane.of(SIDE, scale=0.4, x=0.0, y=0.0, roll=0.0)
    inside = lens(plane, 0.0, 0.0, 0.9, 0.15, bend=-0.3) < 0
    rows, columns = np.nonzero(inside)
    ends = rows[(columns == columns.min()) | (columns == columns.max())]
    assert ends.max() < rows[columns == SIDE // 2].min()
