from __future__ import annotations

import numpy as np
from hypothesis import given, strategies as st

from scanpath_han.data.sort_of_clevr.options import SortOfCLEVROptions
from scanpath_han.data.sort_of_clevr.world import COLORS, Thing, draw_picture, draw_things, picture_draws

SEEDS = st.integers(0, 2**63 - 1)
INDICES = st.integers(0, 999_999)

#: Three of each shape; the orange square's corner lies on the blue one's, which came first.
THINGS = [
    Thing("circle", 10, 8), Thing("rectangle", 30, 8), Thing("rectangle", 50, 40),
    Thing("rectangle", 58, 47), Thing("circle", 69, 69), Thing("circle", 5, 60),
]  # fmt: skip

#: The red circle, its window typed by hand.
CIRCLE = [
    ".....#.....",
    "..#######..",
    ".#########.",
    ".#########.",
    ".#########.",
    "###########",
    ".#########.",
    ".#########.",
    ".#########.",
    "..#######..",
    ".....#.....",
]


def test_pixels_typed_by_hand() -> None:
    picture, labels = draw_picture(THINGS)
    assert (picture.shape, picture.dtype, labels.shape) == ((75, 75, 3), np.uint8, (75, 75))
    assert ["".join("#" if mark == 1 else "." for mark in row) for row in labels[3:14, 5:16]] == CIRCLE
    for (x, y), color in {
        (0, 0): (255, 255, 255),
        (10, 8): (255, 0, 0),
        (10, 13): (255, 0, 0),
        (11, 13): (255, 255, 255),
        (25, 3): (0, 255, 0),
        (35, 13): (0, 255, 0),
        (36, 13): (255, 255, 255),
        (52, 42): (0, 0, 255),
        (53, 42): (255, 156, 0),  # a corner that orange took from blue
        (55, 41): (0, 0, 255),
        (69, 69): (128, 128, 128),
        (74, 69): (128, 128, 128),
        (74, 74): (255, 255, 255),
        (0, 60): (255, 255, 0),
    }.items():
        assert tuple(picture[y, x]) == color, (x, y)
    assert np.bincount(labels.ravel()).tolist() == [75 * 75 - 3 * 81 - 3 * 121 + 3 * 4, 81, 121, 121 - 12, 121, 81, 81]


@given(SEEDS, INDICES, st.sampled_from(["train", "val", "test"]))
def test_things_lie_apart_and_whole_within_the_picture(seed: int, index: int, split: str) -> None:
    things = draw_things(picture_draws(SortOfCLEVROptions(seed=seed), split, index))
    assert len(things) == 6
    for number, thing in enumerate(things):
        assert 5 <= thing.x < 70
        assert 5 <= thing.y < 70
        for other in things[:number]:
            assert (thing.x - other.x) ** 2 + (thing.y - other.y) ** 2 >= 100
    picture, labels = draw_picture(things)
    for number, (thing, color) in enumerate(zip(things, COLORS.values(), strict=True), start=1):
        assert labels[thing.y, thing.x] == number
        seen = int((labels == number).sum())
        assert seen <= {"circle": 81, "rectangle": 121}[thing.shape]
        assert seen > 40  # what overlaps is a corner
        assert np.unique(picture[labels == number], axis=0).tolist() == [list(color)]
    assert (picture[labels == 0] == 255).all()


@given(SEEDS)
def test_streams_of_other_seeds_splits_and_pictures_differ(seed: int) -> None:
    options = SortOfCLEVROptions(seed=seed)
    first = draw_things(picture_draws(options, "train", 3))
    assert draw_things(picture_draws(options, "train", 3)) == first
    for other in (
        picture_draws(options, "val", 3),
        picture_draws(options, "train", 4),
        picture_draws(SortOfCLEVROptions(seed=seed ^ 1), "train", 3),
    ):
        assert draw_things(other) != first


def test_shapes_and_places_are_drawn_evenly() -> None:
    """Over 18,000 objects: a share strays by 0.0037, a mean of 5..69 by 0.14; five of these are allowed."""
    options = SortOfCLEVROptions()
    things = [thing for index in range(3_000) for thing in draw_things(picture_draws(options, "train", index))]
    share = sum(thing.shape == "circle" for thing in things) / len(things)
    assert abs(share - 0.5) < 0.019
    for places in ([thing.x for thing in things], [thing.y for thing in things]):
        assert (min(places), max(places)) == (5, 69)
        assert abs(sum(places) / len(places) - 37) < 0.7
