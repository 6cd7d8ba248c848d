from __future__ import annotations

import collections
import itertools

import numpy as np

from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.world import FEWEST, GAP, MOST, Scenes, draw_scene, scene_draws

OPTIONS = SceneOptions()
WORLD = [draw_scene(scene_draws(OPTIONS, "train", index), OPTIONS) for index in range(401)]


def test_objects_lie_apart_and_inside() -> None:
    for things in WORLD:
        assert FEWEST <= len(things) <= MOST
        for one, other in itertools.combinations(things, 2):
            assert np.hypot(one.x - other.x, one.y - other.y) >= one.radius + other.radius + GAP
        for thing in things:
            assert thing.radius < min(thing.x, thing.y)
            assert max(thing.x, thing.y) + thing.radius < 2 * OPTIONS.image_size


def test_attributes_are_even_and_independent() -> None:
    things = [thing for scene in WORLD for thing in scene]
    shapes = collections.Counter((thing.shape, thing.color) for thing in things)
    assert len(shapes) == 24
    assert max(shapes.values()) < 2 * len(things) / 24
    assert abs(np.mean([thing.size for thing in things]) - 0.4) < 0.03


def test_every_picture_has_its_own_stream() -> None:
    again = draw_scene(scene_draws(OPTIONS, "train", 400), OPTIONS)
    assert again == WORLD[400]
    assert draw_scene(scene_draws(OPTIONS, "val", 400), OPTIONS) != again
    assert draw_scene(scene_draws(SceneOptions(seed=1), "train", 400), OPTIONS) != again


def test_columns_hold_the_same_objects() -> None:
    scenes = Scenes.joined([Scenes.of(WORLD[:3]), Scenes.of(WORLD[3:7])])
    assert len(scenes) == 7
    assert [scenes.things(index) for index in range(7)] == WORLD[:7]
    assert (scenes.shape.shape, scenes.x.dtype) == ((7, MOST), np.int16)
