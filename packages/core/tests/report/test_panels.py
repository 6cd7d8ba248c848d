"""One panel a map, whatever the map lies over, and each kind drawn as what it is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from scanpath.errors import ShapeError
from scanpath.report import overlay
from scanpath.report.panels import Panel, draw, panels

GREY = np.full((30, 60, 3), 100, dtype=np.uint8)
FREE = np.array([[0.0, 0.0, 0.5, 0.5], [0.6, 0.2, 0.9, 0.9]])


def cells(height: int, width: int) -> np.ndarray:
    places = itertools.product(range(height), range(width))
    return np.array([[x / width, y / height, (x + 1) / width, (y + 1) / height] for y, x in places])


def shares(found: list[Panel]) -> list[tuple[str, tuple[int, ...], float | None]]:
    return [(panel.name, panel.weights.shape, panel.share) for panel in found]


def test_a_grid_is_one_panel_a_map() -> None:
    found = panels(np.ones((2, 3, 5)), ["hop 1", "hop 2"])
    assert shares(found) == [("hop 1", (3, 5), None), ("hop 2", (3, 5), None)]
    with pytest.raises(ShapeError, match="1 names given for 2 maps"):
        panels(np.ones((2, 3, 5)), ["hop 1"])
    with pytest.raises(ShapeError, match=r"maps \(1, 2, 3, 5\) and boxes None given, expected"):
        panels(np.ones((1, 2, 3, 5)), ["hop 1"])
    with pytest.raises(ShapeError, match=r"maps \(1, 3\) and boxes \(2, 4\) given"):
        panels(np.ones((1, 3)), ["hop 1"], boxes=FREE)


def test_the_layers_of_a_map_are_grids_of_their_own() -> None:
    boxes = np.concatenate([cells(2, 3), cells(1, 2)])
    weights = np.arange(8.0) / 28
    found = panels(weights[None], ["layer 1"], boxes=boxes)
    assert [panel.name for panel in found] == ["layer 1", "layer 2"]
    np.testing.assert_array_equal(found[0].weights, weights[:6].reshape(2, 3).astype(np.float32))
    np.testing.assert_array_equal(found[1].weights, weights[6:].reshape(1, 2).astype(np.float32))
    assert [panel.share for panel in found] == pytest.approx([15 / 28, 13 / 28])
    assert found[0].remark == "54% in all, up to 18%"
    two = panels(np.stack([weights, weights]), ["layer 1", "layer 2"], boxes=boxes)
    assert [panel.name for panel in two] == ["map 1, layer 1", "map 1, layer 2", "map 2, layer 1", "map 2, layer 2"]


def test_layers_without_boxes_are_squares_or_of_no_known_place() -> None:
    assert shares(panels(np.ones((1, 9)), ["layer 1"], layers=(4, 5))) == [
        ("layer 1", (2, 2), pytest.approx(4 / 9)),
        ("layer 2", (5,), pytest.approx(5 / 9)),
    ]
    assert shares(panels(np.ones((1, 9)), ["layer 1"], layers=(4, 4))) == [("layer 1", (9,), None)]


def test_boxes_that_are_one_grid_are_drawn_as_one() -> None:
    assert shares(panels(np.ones((1, 6)), ["hop 1"], boxes=cells(2, 3))) == [("hop 1", (2, 3), None)]
    assert shares(panels(np.ones((1, 2)), ["hop 1"], boxes=FREE)) == [("hop 1", (2,), None)]
    assert shares(panels(np.ones((1, 1)), ["hop 1"], boxes=FREE[1:])) == [("hop 1", (1,), None)]


@pytest.mark.parametrize(
    ("kind", "weights", "remark"),
    [
        ("soft", [[0.03, 0.97]], "up to 97%"),
        ("soft", [[0.031, 0.02]], "up to 3.1%"),
        ("soft", [[0.5, 0.5]], "even"),
        ("gate", [[0.25, 0.75]], "0.25 to 0.75"),
        ("gate", [[1.0, 1.0]], "1.00 everywhere"),
        ("hard", [[0.0, 1.0], [1.0, 1.0]], "3 of 4 kept"),
    ],
)
def test_the_caption_says_what_colours_do_not(kind: str, weights: list, remark: str) -> None:
    assert Panel(name="a", weights=np.array(weights), kind=kind).remark == remark


def test_soft_maps_are_drawn_as_overlays() -> None:
    weights = np.random.default_rng(0).random((3, 5))
    drawn = np.asarray(draw(GREY, Panel(name="a", weights=weights)))
    np.testing.assert_array_equal(drawn, np.asarray(overlay.overlay(GREY, weights, short_side=30)))


def test_gates_are_drawn_as_they_are() -> None:
    closed, half = (np.asarray(draw(GREY, Panel(name="a", weights=np.full((3, 5), v), kind="gate"))) for v in (0, 0.5))
    assert (closed < 60).all()  # a closed gate is dark, not unmarked
    assert (half != closed).any()
    assert len(np.unique(half.reshape(-1, 3), axis=0)) == 1


def test_what_a_hard_choice_keeps_stays_as_it_was() -> None:
    drawn = np.asarray(draw(GREY, Panel(name="a", weights=np.array([[1.0, 0.0, 0.0]]), kind="hard")))
    assert (drawn[:, :20] == 100).all()
    assert (drawn[:, 25:] < 40).all()
    assert (drawn[:, 20] == 255).all()  # the line between
    everything = np.asarray(draw(GREY, Panel(name="a", weights=np.ones((1, 3)), kind="hard")))
    assert (everything == 100).all()
    nothing = np.asarray(draw(GREY, Panel(name="a", weights=np.zeros((1, 3)), kind="hard")))
    assert (nothing < 40).all()


def test_boxes_are_framed_and_the_heaviest_carry_their_weight() -> None:
    weights = np.array([0.0, 0.9])
    drawn = np.asarray(draw(GREY, Panel(name="a", weights=weights, boxes=FREE))).astype(int)
    assert (drawn[26, 36:53] == 255).all()  # the frame of the heavy box, below
    assert (drawn[14, 0:29] == 150).all()  # that of the light one
    assert (drawn[6:15, 40:50] == 20).any()  # the plate under 90%
    hard = np.asarray(draw(GREY, Panel(name="a", weights=np.array([0.0, 1.0]), boxes=FREE, kind="hard")))
    assert (hard[10:24, 40:50] == 100).all()  # kept, and nothing written on it


def test_regions_of_no_known_place_are_bars() -> None:
    drawn = np.asarray(draw(GREY, Panel(name="a", weights=np.array([0.1, 0.4, 0.2]))))
    ground = (drawn == 245).all(axis=2)
    assert ground[:, 5].sum() > ground[:, 45].sum() > ground[:, 25].sum()


def test_a_target_is_outlined_where_there_are_places() -> None:
    target = np.zeros((15, 30), dtype=bool)
    target[5, 7] = True
    grid, bars = Panel(name="a", weights=np.eye(3)), Panel(name="a", weights=np.eye(3)[0])
    expected = overlay.outline(np.asarray(draw(GREY, grid)), target)
    np.testing.assert_array_equal(np.asarray(draw(GREY, grid, target=target)), expected)
    np.testing.assert_array_equal(np.asarray(draw(GREY, bars, target=target)), np.asarray(draw(GREY, bars)))
