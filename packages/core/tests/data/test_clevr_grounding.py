from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from scanpath.data.clevr_grounding import SIZE, CLEVRGrounding, focal_length, run_program
from scanpath.data.clevr_programs import ATTRIBUTES, RELATIONS
from scanpath.data.clevr_scenes import CLEVRScenes, read_clevr_scenes
from scanpath.data.clevr_writing import Place, Solid, solid_scene, write_scenes
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.errors import DataError

FOCAL = 520.0
#: A camera at (0, -9, 5) that looks at the middle of the ground: its axes across, down and ahead.
AHEAD = np.array([0, 9, -5]) / np.hypot(9, 5)
ACROSS = np.array([1.0, 0, 0])
DOWN = np.cross(AHEAD, ACROSS)
WAYS = {
    "left": (-1, 0, 0), "right": (1, 0, 0), "front": (0, -1, 0), "behind": (0, 1, 0), "above": (0, 0, 1),
    "below": (0, 0, -1),
}  # fmt: skip


def solid(words: str, x: float, y: float) -> Solid:
    """A ``size color material shape`` on the ground at (x, y), as the camera sees it; pixels are rounded."""
    size, color, material, shape = words.split()
    radius = {"large": 0.7, "small": 0.35}[size]
    center = np.array([x, y, radius / np.sqrt(2) if shape == "cube" else radius])
    seen = np.stack([ACROSS, DOWN, AHEAD]) @ (center - [0, -9, 5])
    across, down = np.array([240, 160]) + FOCAL * seen[:2] / seen[2]
    return Solid(shape, color, size, material, tuple(center), (round(across), round(down), float(seen[2])))


WORLD = [
    solid("large gray metal sphere", -2, 1),
    solid("small cyan rubber cube", 1, -1),
    solid("small gray rubber cylinder", 2, 2),
    solid("large cyan metal sphere", 0, 0),
]


def lay(folder: Path, *worlds: list[Solid]) -> Path:
    path = folder / "CLEVR_val_scenes.json"
    places = [Place("val", number, number, f"CLEVR_val_{number:06d}.png") for number in range(len(worlds))]
    write_scenes(path, "val", [solid_scene(world, place, WAYS) for world, place in zip(worlds, places, strict=True)])
    return path


def asked(*programs: list[str]) -> VQASplit:
    count = len(programs)
    said = ["t"] * count, ["other"] * count, ["x"] * count, [("x",)] * count
    return VQASplit(
        name="clevr/val",
        question_ids=np.arange(count) * 3 + 1_000_000,
        image_ids=np.full(count, 1_000_000),
        questions=["?"] * count,
        image_names={1_000_000: "CLEVR_val_000000.png"},
        annotations=VQAAnnotations(*said, programs=programs),
    )


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> CLEVRScenes:
    return read_clevr_scenes(lay(tmp_path_factory.mktemp("scenes"), WORLD))


def test_the_camera_is_found_in_the_scenes(scenes: CLEVRScenes) -> None:
    assert focal_length(scenes) == pytest.approx(FOCAL, rel=0.01)


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_the_camera_is_found_more_exactly_in_more_scenes(seed: int) -> None:
    draws = np.random.default_rng(seed)
    worlds = [[solid("large gray metal sphere", *draws.uniform(-3, 3, 2)) for _ in range(5)] for _ in range(20)]
    solids = [one for world in worlds for one in world]
    found = CLEVRScenes(
        split="val",
        image_ids=np.arange(20),
        starts=np.arange(0, 101, 5),
        values=np.zeros((100, 4), np.uint8),
        coords=np.asarray([one.coords for one in solids], np.float32),
        pixels=np.asarray([one.pixels for one in solids], np.float32),
        rotations=np.zeros(100, np.float32),
        related=np.zeros((500, 4), np.bool_),
        directions=np.zeros((20, 6, 3), np.float32),
    )
    assert focal_length(found) == pytest.approx(FOCAL, rel=0.003)


def test_scenes_that_no_camera_saw_are_told(tmp_path: Path, scenes: CLEVRScenes) -> None:
    alone = read_clevr_scenes(lay(tmp_path, WORLD[:1]))
    with pytest.raises(DataError, match="the scenes of val do not tell how large objects appear"):
        focal_length(alone)
    flat = replace(scenes, pixels=scenes.pixels * np.float32([0, 0, 100]))
    with pytest.raises(DataError, match="pixel_coords and 3d_coords are not of one camera"):
        focal_length(flat)


ONE = ["scene()", "filter_shape[sphere](0)", "filter_color[cyan](1)", "unique(2)"]


@pytest.mark.parametrize(
    ("program", "objects"),
    [
        ([*ONE, "query_size(3)"], (3,)),
        ([*ONE, "relate[behind](3)", "count(4)"], (0, 2)),
        ([*ONE, "relate[left](3)", "exist(4)"], (0,)),
        ([*ONE, "relate[right](3)", "filter_size[large](4)", "exist(5)"], ()),
        ([*ONE, "same_color(3)", "unique(4)", "query_shape(5)"], (1,)),
        ([*ONE, "same_material(3)", "same_shape(3)", "intersect(4,5)", "count(6)"], (0,)),
        ([*ONE, "relate[left](3)", "same_color(3)", "union(4,5)", "count(6)"], (0, 1)),
        (
            ["scene()", "filter_color[gray](0)", "count(1)", "filter_size[small](0)", "count(3)", "less_than(2,4)"],
            (0, 1, 2),
        ),
        (
            [
                *ONE,
                "query_material(3)",
                "filter_shape[cylinder](0)",
                "unique(5)",
                "query_material(6)",
                "equal_material(4,7)",
            ],
            (2, 3),
        ),
        ([], ()),
    ],
)
def test_programs_find_the_objects_asked_about(
    scenes: CLEVRScenes, program: list[str], objects: tuple[int, ...]
) -> None:
    assert run_program(program, scenes, 0) == objects


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3), st.sampled_from(sorted(ATTRIBUTES)), st.sampled_from(RELATIONS))
def test_relations_and_likeness_are_those_of_a_loop(scenes: CLEVRScenes, number: int, attribute: str, way: str) -> None:
    here = WORLD[number]
    words = [f"filter_{name}[{getattr(here, name)}]({place})" for place, name in enumerate(ATTRIBUTES)]
    start = ["scene()", *words, "unique(4)"]
    axis, sign = {"left": (0, -1), "right": (0, 1), "front": (1, -1), "behind": (1, 1)}[way]
    beyond = [place for place, one in enumerate(WORLD) if sign * (one.coords[axis] - here.coords[axis]) > 0.2]
    same = [place for place, one in enumerate(WORLD) if getattr(one, attribute) == getattr(here, attribute)]
    assert run_program([*start, f"relate[{way}](5)", "count(6)"], scenes, 0) == tuple(beyond)
    assert run_program([*start, f"same_{attribute}(5)", "count(6)"], scenes, 0) == tuple(sorted({*same} - {number}))


def test_objects_are_discs_of_their_size_nearer_ones_first(tmp_path: Path) -> None:
    hidden = [solid("large gray metal sphere", 0, 0), solid("large red metal sphere", 0.1, -1)]
    grounding = CLEVRGrounding(lay(tmp_path, hidden), asked([*ONE[:1], "filter_color[gray](0)", "unique(1)"]))
    labels = grounding.masks(1_000_000)
    assert labels.shape == SIZE
    for number, one in enumerate(hidden):
        x, y, distance = one.pixels
        assert labels[int(y), int(x)] in (number + 1, 2)
        radius = FOCAL * 0.7 / distance
        if number == 1:
            assert (labels == 2).sum() == pytest.approx(np.pi * radius**2, rel=0.03)
            inside = np.argwhere(labels == 2)
            assert inside.mean(0) == pytest.approx([y, x], abs=0.6)
            box = np.array([x - radius, y - radius, x + radius, y + radius]) / [480, 320, 480, 320]
            assert grounding.boxes(1_000_000)[1] == pytest.approx(box, abs=0.003)
    assert 0 < (labels == 1).sum() < 0.9 * (labels == 2).sum(), "partly behind the other"
    assert (grounding.target_mask(1_000_000) == (labels == 1)).all()
    assert grounding.attributes(1_000_000)[1] == {
        "shape": "sphere", "size": "large", "color": "red", "material": "metal",
        "pixel_coords": [*hidden[1].pixels[:2]],
    }  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-90, 580), st.integers(-90, 420), st.floats(0.5, 60)), max_size=4))
def test_discs_are_those_of_a_loop_over_all_pixels(scenes: CLEVRScenes, places: list[tuple[int, int, float]]) -> None:
    """Also where they reach over an edge, or lie outside."""
    grounding = CLEVRGrounding(Path("unread"), asked(["scene()", "count(0)"]))
    count = len(places)
    grounding.__dict__["scenes"] = replace(
        scenes,
        starts=np.array([0, count]),
        coords=np.array([[0, 0, radius] for *_, radius in places], np.float32).reshape(-1, 3),
        pixels=np.array([[x, y, 1 + n] for n, (x, y, _) in enumerate(places)], np.float32).reshape(-1, 3),
    )
    grounding.__dict__["_focal"] = 1.0
    rows, columns = np.ogrid[: SIZE[0], : SIZE[1]]
    expected = np.zeros(SIZE, np.uint8)
    for number, (x, y, radius) in reversed(list(enumerate(places))):
        reach = float(np.float32(radius)) / (1 + number)
        expected[(columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 <= reach**2] = number + 1
    np.testing.assert_array_equal(grounding.masks(1_000_000), expected)


def test_it_travels_light_and_is_asked_by_question(tmp_path: Path) -> None:
    first = [*ONE, "query_size(3)"]
    grounding = CLEVRGrounding(lay(tmp_path, WORLD), asked(first, ["scene()", "count(0)"]))
    assert grounding.objects_of(1_000_003) == (0, 1, 2, 3)
    again = pickle.loads(pickle.dumps(grounding))
    assert "scenes" not in again.__dict__
    assert again.objects_of(1_000_000) == (3,)
    (tmp_path / "CLEVR_val_scenes.json").unlink()
    with pytest.raises(DataError, match=r"CLEVR_val_scenes.json does not exist"):
        CLEVRGrounding(grounding.path, asked(first)).objects_of(1_000_000)


@pytest.mark.parametrize(
    ("split", "question", "words"),
    [
        (
            asked([*ONE, "query_size(3)"]),
            1_000_001,
            r"CLEVR_val_scenes.json is of no question 1000001: is it",
        ),
        (
            asked(["scene()", "unique(0)", "query_size(1)"]),
            1_000_000,
            r"the program of question 1000000 cannot be run on its scene in .* \(unique\(0\) finds 4 objects where one",
        ),
        (
            replace(asked([*ONE, "query_size(3)"]), image_ids=np.array([1_000_001])),
            1_000_000,
            "the scenes of val have none of picture 1000001: give the questions and scenes of one split",
        ),
    ],
)
def test_scenes_that_do_not_fit_the_questions(tmp_path: Path, split: Any, question: int, words: str) -> None:
    with pytest.raises(DataError, match=words):
        CLEVRGrounding(lay(tmp_path, WORLD), split).objects_of(question)
