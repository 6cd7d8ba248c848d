from __future__ import annotations

from pathlib import Path

from scanpath.data.clevr import read_clevr_split
from scanpath.data.clevr_writing import Place, SceneObject, clevr_scene, write_clevr_questions, write_scenes
from scanpath.files import read_json

OBJECTS = [
    SceneObject("circle", "red", "small", 20.0, 30.5, (15, 26, 26, 36)),
    SceneObject("square", "blue", "large", 20.0, 10.0, (12, 2, 29, 19)),
    SceneObject("square", "gray", "small", 50.5, 30.5, (46, 26, 56, 36)),
]


def test_a_scene_typed_by_hand(tmp_path: Path) -> None:
    scene = clevr_scene(OBJECTS, Place("val", 3, 1_000_003, "A_val_000003.png"), 64)
    write_scenes(tmp_path / "scenes.json", "val", [scene])
    value = read_json(tmp_path / "scenes.json")
    assert value["info"] == {"split": "val", "version": "1.0"}
    (found,) = value["scenes"]
    assert found["relationships"] == {
        "left": [[], [], [0, 1]],
        "right": [[2], [2], []],
        "front": [[], [0, 2], []],
        "behind": [[1], [], [1]],
    }
    assert found["objects"][2] == {
        "shape": "square", "color": "gray", "size": "small", "material": "flat", "rotation": 0.0,
        "3d_coords": [50.5, 30.5, 0.0], "pixel_coords": [50.5, 30.5, 0.0], "bbox": [46, 26, 56, 36],
    }  # fmt: skip
    places = {key: found[key] for key in ("split", "image_index", "image_filename", "image_id", "image_size")}
    assert list(places.values()) == ["val", 3, "A_val_000003.png", 1_000_003, [64, 64]]


def test_questions_are_read_back(tmp_path: Path) -> None:
    program = [
        {"inputs": [], "function": "scene", "value_inputs": []},
        {"inputs": [0], "function": "count", "value_inputs": []},
    ]
    asked = {"image_index": 3, "image_filename": "A_train_000003.png", "question_family_index": 0, "program": program}
    path = tmp_path / "A_train_questions.json"
    write_clevr_questions(
        path,
        "train",
        [asked | {"question": "How many?", "answer": "3"}, asked | {"question": "And now?", "answer": "4"}],
    )
    split = read_clevr_split(path, count=2)
    assert split.questions == ["How many?", "And now?"]
    assert split.question_ids.tolist() == [0, 1]
    assert split.image_names == {3: "A_train_000003.png"}
    assert split.annotations is not None
    assert (split.annotations.modal, split.annotations.question_types) == (["3", "4"], ["count", "count"])
    assert read_json(path)["questions"][1]["program"] == program
