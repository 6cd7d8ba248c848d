from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scanpath.data.clevr_making import Work
from scanpath.data.images import decode
from scanpath.data.manifest import read_manifest
from scanpath.errors import DataError, MissingExtraError
from scanpath.files import read_json
from scanpath_attention_rnn.data.digits.dataset import MREF, MBGInverse
from scanpath_attention_rnn.data.digits.generation import DigitsFiles, draw_piece, make_digits
from scanpath_attention_rnn.data.digits.options import VARIANTS, DigitsOptions
from scanpath_attention_rnn.data.digits.questions import program
from scanpath_attention_rnn.data.digits.recipe import recipe_of

TINY = {"train": 13, "val": 7, "test": 5}


def make(folder: Path, name: str = "mref", *, workers: int | None = 1, **options: Any) -> Path:
    variant = VARIANTS[name]
    return make_digits(folder, variant, variant.options(**{**TINY, **options}), workers=workers)


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_any_number_of_workers_writes_the_same_bytes(tmp_path: Path) -> None:
    alone, together = (make(tmp_path / str(workers), workers=workers, train=1501) for workers in (1, 2))
    assert files_of(alone) == files_of(together)
    assert sorted(files_of(alone)) == sorted(
        [
            f"{kind}/{name}"
            for split in ("train", "val", "test")
            for kind, name in (
                ("images", f"{split}.zip"),
                ("masks", f"{split}.zip"),
                ("questions", f"MREF_{split}_questions.json"),
                ("scenes", f"MREF_{split}_scenes.json"),
                ("grounding", f"MREF_{split}_grounding.json"),
            )
        ]
        + ["manifest.json"]
    )


def test_content_is_pinned_and_depends_on_all_options(tmp_path: Path, photographs: Path) -> None:
    """Equal wherever Pillow resizes alike; if a change here is meant, raise options.VERSION with it."""
    contents = {
        place: read_manifest(make(tmp_path / str(place), name, **options), name).content
        for place, (name, options) in enumerate(
            [
                ("mref", {}),
                ("mdist", {}),
                ("mref", {"seed": 5}),
                ("mref", {"test": 6}),
                ("mdist", {"background": "gaussian"}),
                ("mbg", {"photographs": photographs}),
                ("mbg-big", {"photographs": photographs}),
                ("mbg-inverse", {"photographs": photographs}),
            ]
        )
    }
    assert len(set(contents.values())) == len(contents)
    assert (contents[0], contents[1]) == PINNED


PINNED = (
    "20afd70f490662ab1ad1b056890fa1500853f3f65100fd35de22347519ba174a",
    "21306440db9d59b75b919403393fdbd251a5692bd47edfb1069d29cb97c8e34f",
)


def test_archives_are_stored_under_names_like_clevrs(mref: MREF) -> None:
    files = DigitsFiles(mref.folder, "MREF")
    for path in (files.images("val"), files.masks("val")):
        with zipfile.ZipFile(path) as archive:
            assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
            names = archive.namelist()
        assert names == [f"val/MREF_val_{index:06d}.png" for index in range(mref.counts()["val"][0])]


def test_a_question_and_a_scene_by_hand(tmp_path: Path) -> None:
    """The picture whose digits are typed in ``test_world.py``: its 4 is 39 pixels wide, from 36, 33 on."""
    files = DigitsFiles(make(tmp_path / "mref", seed=7, val=23), "MREF")
    questions = read_json(files.questions("val"))
    assert questions["info"].keys() == {"split", "version", "license", "date"}
    assert questions["questions"][18] == {
        "question_index": 18,
        "split": "val",
        "image_index": 3,
        "image_filename": "MREF_val_000003.png",
        "question": "4",
        "answer": "red",
        "question_family_index": 1,
        "program": program("4"),
    }
    grounding = read_json(files.grounding("val"))["grounding"]
    assert grounding[18] == {"question_id": 1_000_018, "image_id": 1_000_003, "objects": [0]}
    scene = read_json(files.scenes("val"))["scenes"][3]
    assert (scene["image_id"], scene["image_size"]) == (1_000_003, [100, 100])
    assert scene["objects"][0] == {
        "shape": "4",
        "color": "red",
        "size": "1.0-1.5",
        "scale": 1.425881,
        "material": "flat",
        "3d_coords": [55.5, 52.5, 0.0],
        "pixel_coords": [55.5, 52.5, 0.0],
        "rotation": 0.0,
        "bbox": [44, 41, 70, 70],
    }
    assert [one["color"] for one in scene["objects"]] == ["red", "white", "yellow", "blue", "red", "white", "blue"]


def oracle(question: dict[str, Any], scene: dict[str, Any]) -> str:
    """Carry the program out on a scene of the file."""
    things: Any = None
    for step in question["program"]:
        verb, _, told = step["function"].partition("_")
        if verb == "scene":
            things = scene["objects"]
        elif verb == "filter":
            things = [thing for thing in things if thing[told] == step["value_inputs"][0]]
        elif verb == "unique":
            (things,) = things
        else:
            things = things[told]
    return things


@pytest.mark.parametrize("which", ["mref", "inverse"])
def test_every_answer_is_what_its_program_gives_on_its_scene(which: str, request: pytest.FixtureRequest) -> None:
    made: MREF = request.getfixturevalue(which)
    files, checked = DigitsFiles(made.folder, VARIANTS[made.name].prefix), 0
    for split, (pictures, count) in made.counts().items():
        scenes = read_json(files.scenes(split))["scenes"]
        questions = read_json(files.questions(split))["questions"]
        grounding = read_json(files.grounding(split))["grounding"]
        assert (len(scenes), len(questions)) == (pictures, count)
        for question, known in zip(questions, grounding, strict=True):
            scene = scenes[question["image_index"]]
            assert scene["image_filename"] == question["image_filename"]
            assert scene["image_id"] == known["image_id"]
            assert oracle(question, scene) == question["answer"]
            (place,) = known["objects"]
            asked = scene["objects"][place]
            assert question["question"] == asked["color" if which == "inverse" else "shape"]
            low, high = map(float, asked["size"].split("-"))
            assert low < asked["scale"] <= high
            assert question["question_family_index"] == round(2 * low) - 1
            checked += 1
        last = [question["image_index"] for question in questions]
        assert set(last) == set(range(pictures))  # no picture is drawn that nothing asks about
        assert last == sorted(last)
    assert checked == 401 + 53 + 61


def test_all_digits_of_a_picture_are_asked_but_those_of_the_last(mref: MREF) -> None:
    files = DigitsFiles(mref.folder, "MREF")
    scenes = read_json(files.scenes("train"))["scenes"]
    questions = read_json(files.questions("train"))["questions"]
    of_picture = [
        [question["question"] for question in asked]
        for _, asked in itertools.groupby(questions, lambda one: one["image_index"])
    ]
    shown = [[thing["shape"] for thing in scene["objects"]] for scene in scenes]
    assert of_picture[:-1] == shown[:-1]
    assert of_picture[-1] == shown[-1][: len(of_picture[-1])]


def test_scenes_say_what_the_pixels_show(mref: MREF) -> None:
    """Boxes from the label maps; colours from the picture, since a digit's brightest pixels have its hue."""
    rgb = {
        "red": (146, 16, 16), "green": (16, 166, 81), "blue": (16, 98, 192),
        "yellow": (255, 241, 78), "white": (224, 224, 224),
    }  # fmt: skip
    hues = {name: np.asarray(color) / np.linalg.norm(color) for name, color in rgb.items()}
    split = mref.open("test")
    assert split.images is not None
    assert split.grounding is not None
    for image, name in split.image_names.items():
        picture, labels = split.images.read(name), split.grounding.masks(image)
        items = split.grounding.attributes(image)
        assert labels.max() == len(items)
        for number, (item, box) in enumerate(zip(items, split.grounding.boxes(image), strict=True), start=1):
            rows, columns = np.nonzero(labels == number)
            edges = np.asarray([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / len(labels)
            np.testing.assert_allclose(box, edges, rtol=1e-6)
            pixels = picture[labels == number].astype(float)
            brightest = pixels[pixels.sum(axis=1).argmax()]
            assert item["color"] == max(hues, key=lambda name: float(brightest @ hues[name]))


def test_no_two_pictures_of_any_splits_are_equal(mref: MREF) -> None:
    seen = [mref.open(split).images for split in ("train", "val", "test")]
    pictures = [images.read_bytes(name) for images in seen if images is not None for name in images.names]
    assert len(set(pictures)) == len(pictures) == sum(pictures for pictures, _ in mref.counts().values())


def test_a_piece_holds_what_was_asked_for(tmp_path: Path) -> None:
    recipe = recipe_of(VARIANTS["mdist"], VARIANTS["mdist"].options(), tmp_path)
    whole, part = draw_piece(Work(recipe, "train", 0, 7)), draw_piece(Work(recipe, "train", 4, 6))
    assert part.scenes == whole.scenes[4:6]
    assert part.questions == whole.questions[4:6]
    assert part.pictures == whole.pictures[4:6]
    assert decode(part.masks[0], "mask", "L").max() == len(part.scenes[0]["objects"])


def test_a_set_is_left_as_it_is_unless_its_options_differ(inverse: MBGInverse, photographs: Path) -> None:
    sizes = {split: count for split, (_, count) in inverse.counts().items()}
    before = {file: file.stat().st_mtime_ns for file in inverse.folder.rglob("*")}
    inverse.make(photographs=photographs, **sizes)
    assert {file: file.stat().st_mtime_ns for file in inverse.folder.rglob("*")} == before
    with pytest.raises(DataError, match="mbg-inverse made with train = 401, and train = 17 was asked for: delete"):
        inverse.make(photographs=photographs, **{**sizes, "train": 17})


def test_other_digits_are_another_set(tmp_path: Path, real_mnist: Path) -> None:
    make(tmp_path / "mref")
    with pytest.raises(
        DataError, match=r"with digits = 3,000 that are shipped, .* and digits = 70,000 of MNIST, sha256"
    ):
        make(tmp_path / "mref", mnist=real_mnist)
    other = make(tmp_path / "other", mnist=real_mnist)
    assert files_of(other)["images/train.zip"] != files_of(tmp_path / "mref")["images/train.zip"]


def test_a_killed_making_leaves_nothing_and_the_next_one_is_whole(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\n"
        "from scanpath_attention_rnn.data.digits.generation import make_digits\n"
        "from scanpath_attention_rnn.data.digits.options import VARIANTS, DigitsOptions\n"
        "tell = lambda what, done, total: print(done, flush=True)\n"
        f"folder = Path({str(tmp_path / 'mref')!r})\n"
        "make_digits(folder, VARIANTS['mref'], DigitsOptions(), workers=1, progress=tell)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "100\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    (part,) = [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
    assert files_of(part)
    found = MREF(tmp_path)
    with pytest.raises(DataError, match=r"no finished data set in .*: run scanpath data make mref"):
        found.open("train")
    found.make(workers=1, **TINY)
    assert not part.exists()
    assert len(found.open("train")) == 13


def test_without_pillow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recipe = recipe_of(VARIANTS["mref"], DigitsOptions(), tmp_path)
    recipe.facts()  # the shipped digits are read
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtraError, match=r"needs 'pillow'.*'scanpath\[train\]'"):
        draw_piece(Work(recipe, "val", 0, 1))


def test_progress_reaches_its_end(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    options = DigitsOptions(train=801, val=3, test=2)
    make_digits(tmp_path / "s", VARIANTS["mref"], options, workers=1, progress=lambda *step: steps.append(step))
    pictures = read_manifest(tmp_path / "s", "mref").counts["mref"]["train"][0]
    assert 100 < pictures < 200
    assert [done for _, done, _ in steps] == [100, pictures, pictures + 1, pictures + 2]
    assert {(what, total) for what, _, total in steps} == {("drawing and asking", pictures + 2)}
