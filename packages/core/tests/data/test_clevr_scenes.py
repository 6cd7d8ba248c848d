from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from scanpath.data.clevr_programs import ATTRIBUTES, RELATIONS
from scanpath.data.clevr_scenes import read_clevr_scenes
from scanpath.data.clevr_writing import Place, Solid, solid_scene, write_scenes
from scanpath.errors import DataError

#: A file of the official form, typed by hand: two scenes, of three objects and of one.
GOLDEN = """
{"info": {"split": "val", "license": "Creative Commons Attribution (CC BY 4.0)", "version": "1.0", "date": "2/14/2017"},
 "scenes": [
  {"split": "val", "image_index": 0, "image_filename": "CLEVR_val_000000.png",
   "objects": [
    {"shape": "sphere", "size": "large", "material": "metal", "color": "gray",
     "3d_coords": [-1.25, 2.5, 0.7], "rotation": 269.75, "pixel_coords": [269, 88, 12.5]},
    {"shape": "cube", "size": "small", "material": "rubber", "color": "cyan",
     "3d_coords": [2.0, -0.5, 0.35], "rotation": 12.5, "pixel_coords": [280, 182, 9.25]},
    {"shape": "cylinder", "size": "large", "material": "rubber", "color": "yellow",
     "3d_coords": [-2.75, -2.25, 0.7], "rotation": 0, "pixel_coords": [105, 149, 10]}],
   "relationships": {
    "right": [[1], [], [0, 1]],
    "behind": [[], [0], [0, 1]],
    "front": [[1, 2], [2], []],
    "left": [[2], [0, 2], []]},
   "directions": {
    "right": [0.65, 0.75, -0.0], "behind": [-0.75, 0.65, 0.0], "above": [0.0, 0.0, 1.0],
    "below": [-0.0, -0.0, -1.0], "left": [-0.65, -0.75, 0.0], "front": [0.75, -0.65, -0.0]}},
  {"split": "val", "image_index": 7, "image_filename": "CLEVR_val_000007.png",
   "objects": [
    {"shape": "cube", "size": "large", "material": "metal", "color": "red",
     "3d_coords": [0.5, 0.25, 0.5], "rotation": 45.5, "pixel_coords": [201, 133, 11.0]}],
   "relationships": {"right": [[]], "behind": [[]], "front": [[]], "left": [[]]},
   "directions": {
    "right": [0.5, 0.5, 0], "behind": [-0.5, 0.5, 0], "above": [0, 0, 1],
    "below": [0, 0, -1], "left": [-0.5, -0.5, 0], "front": [0.5, -0.5, 0]}}]}
"""


def put(folder: Path, change: Any = None) -> Path:
    """Write the golden file; ``change`` is done to its scenes before."""
    value = json.loads(GOLDEN)
    if change is not None:
        change(value["scenes"])
    path = folder / "CLEVR_val_scenes.json"
    path.write_text(json.dumps(value))
    return path


def test_the_golden_file(tmp_path: Path) -> None:
    path = tmp_path / "CLEVR_val_scenes.json"
    path.write_text(GOLDEN)
    scenes = read_clevr_scenes(path)
    assert (len(scenes), scenes.split) == (2, "val")
    assert scenes.image_ids.tolist() == [1_000_000, 1_000_007]
    assert scenes.starts.tolist() == [0, 3, 4]
    assert scenes.attributes(0)[1] == {"shape": "cube", "size": "small", "material": "rubber", "color": "cyan"}
    assert scenes.attributes(1) == [{"shape": "cube", "size": "large", "material": "metal", "color": "red"}]
    assert scenes.coords[1].tolist() == [2.0, -0.5, np.float32(0.35)]
    assert scenes.pixels.tolist() == [[269, 88, 12.5], [280, 182, 9.25], [105, 149, 10], [201, 133, 11]]
    assert scenes.rotations.tolist() == [269.75, 12.5, 0, 45.5]
    left, right, front, behind = scenes.relation(scenes.row(1_000_000)).tolist()
    assert left == [[False, False, True], [True, False, True], [False, False, False]]
    assert right == [[False, True, False], [False, False, False], [True, True, False]]
    assert front == [[False, True, True], [False, False, True], [False, False, False]]
    assert behind == np.transpose(front).tolist()
    assert scenes.relation(1).tolist() == [[[False]]] * 4
    assert (
        scenes.directions[0].tolist()
        == np.float32(
            [[-0.65, -0.75, 0], [0.65, 0.75, 0], [0.75, -0.65, 0], [-0.75, 0.65, 0], [0, 0, 1], [0, 0, -1]]
        ).tolist()
    )
    assert list(scenes.remarks()) == [
        "clevr/val has 2 scenes, the official one has 15,000.",
        "1 scenes of clevr/val have not 3 to 10 objects.",
    ]
    with pytest.raises(DataError, match="the scenes of val have none of picture 1000003: give the questions"):
        scenes.row(1_000_003)


def change_object(**fields: Any) -> Any:
    return lambda scenes: scenes[0]["objects"][1].update(fields)


def change_relation(way: str, value: Any) -> Any:
    return lambda scenes: scenes[0]["relationships"].update({way: value})


def test_relationships_may_be_called_relations(tmp_path: Path) -> None:
    scenes = read_clevr_scenes(put(tmp_path))
    renamed = put(tmp_path, lambda some: [one.update(relations=one.pop("relationships")) for one in some])
    assert np.array_equal(read_clevr_scenes(renamed).related, scenes.related)
    with pytest.raises(DataError, match="scene number 1 has no 'relations'"):
        read_clevr_scenes(put(tmp_path, lambda some: some[0].update(relations=some[0].pop("relationships"))))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda scenes: scenes[1].pop("objects"), "scene number 1 has no 'objects': mend it"),
        (lambda scenes: scenes[1].update(objects={}), r"scene number 1 has 'objects' = '\{\}' \(dict\), expected list"),
        (lambda scenes: scenes[0].pop("relationships"), "scene number 0 has no 'relationships'"),
        (lambda scenes: scenes[0].update(directions=[]), "scene number 0 has 'directions' = .* expected dict"),
        (
            lambda scenes: scenes[1].update(image_index=0),
            "'CLEVR_val_000007.png' for picture 0 of 'val', expected",
        ),
        (
            lambda scenes: scenes[1].update(image_index=-1),
            "number 1 has 'image_index' = -1, expected 0 to 999,999",
        ),
        (lambda scenes: scenes[1].update(image_filename="/x.png"), "'/x.png' for picture 7 of 'val'"),
        (
            lambda scenes: scenes[1].update(split="train", image_filename="CLEVR_train_000007.png"),
            "has scenes of 'train', 'val', expected all to be of",
        ),
        (lambda scenes: scenes[1].update(image_filename="A_val_000007.png"), "names begin with 'A', 'CLEVR'"),
        (lambda scenes: scenes.append(scenes[0]), r"1 image_indexs occur more than once \(0\): keep one entry"),
        (lambda scenes: scenes.clear(), "has scenes of no split"),
        (
            change_object(shape="ring"),
            "scene number 0, object 1, has 'shape' = 'ring', expected one of cube, sph",
        ),
        (change_object(size="big"), "has 'size' = 'big', expected one of small, large"),
        (change_object(color=None), "has 'color' = 'None', expected one of gray, red"),
        (change_object(material=["metal"]), r"has 'material' = \"\['metal'\]\", expected one of rubber, metal"),
        (
            change_object(**{"3d_coords": [1, 2]}),
            r"object 1, has '3d_coords' = '\[1, 2\]', expected three numbers",
        ),
        (change_object(pixel_coords=[1, "2", 3]), r"object 1, has 'pixel_coords' = .*, expected three numbers"),
        (change_object(pixel_coords=[1, 2, 1e12]), r"'pixel_coords' = '\[1, 2, 1000.*\]', expected three numbers"),
        (change_object(rotation=True), "object 1, has 'rotation' = 'True', expected a number: mend it"),
        (change_object(rotation=10**400), "object 1, has 'rotation' = '1000.*, expected a number: mend it"),
        (lambda scenes: scenes[0]["objects"].append("cube"), "scene number 0, object 3, is a str, expected its shape"),
        (lambda scenes: scenes[0]["directions"].pop("above"), "the direction 'above' = 'None', expected three numbers"),
        (
            lambda scenes: scenes[0]["relationships"].pop("left"),
            "number 0 has no list of objects that stand 'left'",
        ),
        (
            change_relation("left", [[2], [0]]),
            "number 0 has 2 lists of objects that stand 'left' of its 3",
        ),
        (
            change_relation("behind", [[], [3], []]),
            r"says that \[3\] stand 'behind' of object 1, expected numbers",
        ),
        (change_relation("behind", [[], [-1], []]), r"says that \[-1\] stand 'behind' of object 1"),
        (
            change_relation("front", [[], [1], []]),
            r"says that \[1\] stand 'front' of object 1, expected numbers",
        ),
        (change_relation("front", [[], [True], []]), r"says that \[True\] stand 'front' of object 1"),
        (change_relation("front", [[], 0, []]), "says that 0 stand 'front' of object 1"),
        (
            change_relation("right", [[1, 1], [], []]),
            "number 0 repeats an object among those that stand 'right'",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, change: Any, words: str) -> None:
    path = put(tmp_path, change)
    with pytest.raises(DataError, match=words) as caught:
        read_clevr_scenes(path)
    assert str(caught.value).startswith(str(path))


def test_files_that_are_missing_cut_or_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no\.json does not exist"):
        read_clevr_scenes(tmp_path / "no.json")
    path = put(tmp_path)
    path.write_text(GOLDEN[: len(GOLDEN) // 2])
    with pytest.raises(DataError, match=r"is not valid JSON at line .* the file may be cut short"):
        read_clevr_scenes(path)
    path.write_text('{"questions": []}')
    with pytest.raises(DataError, match="holds questions, expected CLEVR scenes: give the right file"):
        read_clevr_scenes(path)


def test_scenes_may_come_in_any_order(tmp_path: Path) -> None:
    scenes = read_clevr_scenes(put(tmp_path, lambda scenes: scenes.reverse()))
    assert scenes.attributes(scenes.row(1_000_007))[0]["color"] == "red"
    assert scenes.relation(scenes.row(1_000_000)).sum() == 12


def test_a_second_start_maps_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanpath.data.tables.SMALL", 1)
    monkeypatch.setattr("scanpath.data.digests.SMALL", 1)
    path = put(tmp_path)
    first = read_clevr_scenes(path)
    monkeypatch.setattr("scanpath.data.clevr_scenes.gather", lambda *_, **__: pytest.fail("parsed again"))
    again = read_clevr_scenes(path)
    assert (again.split, again.image_ids.tolist()) == ("val", first.image_ids.tolist())
    assert [again.attributes(row) for row in (0, 1)] == [first.attributes(row) for row in (0, 1)]
    for name in ("coords", "pixels", "rotations", "related", "directions"):
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name))
    (table,) = (tmp_path / ".scanpath").glob("*scenes*.safetensors")
    table.write_bytes(table.read_bytes()[:-1])
    with pytest.raises(pytest.fail.Exception, match="parsed again"):
        read_clevr_scenes(path)


SPACE = st.floats(-3, 3, width=32)
SOLIDS = st.builds(
    Solid,
    shape=st.sampled_from(ATTRIBUTES["shape"]),
    color=st.sampled_from(ATTRIBUTES["color"]),
    size=st.sampled_from(ATTRIBUTES["size"]),
    material=st.sampled_from(ATTRIBUTES["material"]),
    coords=st.tuples(SPACE, SPACE, st.sampled_from([0.25, 0.5])),
    pixels=st.tuples(st.integers(0, 479), st.integers(0, 319), st.floats(6, 18, width=32)),
    rotation=st.floats(0, 360, width=32),
)
WAYS = {
    "left": (-1, 0, 0), "right": (1, 0, 0), "front": (0, -1, 0), "behind": (0, 1, 0), "above": (0, 0, 1),
    "below": (0, 0, -1),
}  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(worlds=st.lists(st.lists(SOLIDS, max_size=6), min_size=1, max_size=4))
def test_whatever_is_written_is_read(tmp_path: Path, worlds: list[list[Solid]]) -> None:
    path = tmp_path / "CLEVR_train_scenes.json"
    places = [Place("train", number, number, f"CLEVR_train_{number:06d}.png") for number in range(len(worlds))]
    write_scenes(path, "train", [solid_scene(world, place, WAYS) for world, place in zip(worlds, places, strict=True)])
    scenes = read_clevr_scenes(path)
    for row, world in enumerate(worlds):
        own = scenes.objects(row)
        assert scenes.attributes(row) == [{name: getattr(one, name) for name in ATTRIBUTES} for one in world]
        assert scenes.coords[own].tolist() == [list(one.coords) for one in world]
        assert scenes.pixels[own].tolist() == [list(one.pixels) for one in world]
        assert scenes.rotations[own].tolist() == [one.rotation for one in world]
        for way, found in zip(RELATIONS, scenes.relation(row), strict=True):
            axis, sign = (0, -1) if way == "left" else (0, 1) if way == "right" else (1, 1 if way == "behind" else -1)
            for here, one in enumerate(world):
                for there, other in enumerate(world):
                    beyond = sign * (other.coords[axis] - one.coords[axis]) > 0.2
                    assert found[here, there] == (beyond and here != there)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), value=JUNK)
def test_whatever_stands_in_a_field_is_read_or_told(tmp_path: Path, data: st.DataObject, value: Any) -> None:
    whole = json.loads(GOLDEN)
    scene = whole["scenes"][data.draw(st.integers(0, 1))]
    place = data.draw(st.sampled_from([scene, scene["objects"][0], scene["relationships"], scene["directions"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = value
    path = tmp_path / "CLEVR_val_scenes.json"
    path.write_text(json.dumps(whole))
    told = str(path)
    try:
        read_clevr_scenes(path)
    except DataError as error:
        told = str(error)
    assert told.startswith(str(path))
    assert "\n" not in told
