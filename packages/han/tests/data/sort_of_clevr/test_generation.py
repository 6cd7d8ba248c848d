from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scanpath.data.clevr_making import Work
from scanpath.data.images import decode
from scanpath.data.manifest import read_manifest
from scanpath.errors import DataError, MissingExtraError
from scanpath.files import read_json
from scanpath_han.data.sort_of_clevr.dataset import SortOfCLEVR
from scanpath_han.data.sort_of_clevr.generation import draw_piece, files_in, make_sort_of_clevr
from scanpath_han.data.sort_of_clevr.options import SortOfCLEVROptions

TINY = SortOfCLEVROptions(images=7, val_images=3, test_images=2)


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_any_number_of_workers_writes_the_same_bytes(tmp_path: Path) -> None:
    options = SortOfCLEVROptions(images=411, val_images=3, test_images=201)
    alone, together = (make_sort_of_clevr(tmp_path / str(workers), options, workers=workers) for workers in (1, 2))
    assert files_of(alone) == files_of(together)
    assert sorted(files_of(alone)) == sorted(
        [
            f"{kind}/{name}"
            for split in ("train", "val", "test")
            for kind, name in (
                ("images", f"{split}.zip"),
                ("masks", f"{split}.zip"),
                ("questions", f"SortOfCLEVR_{split}_questions.json"),
                ("scenes", f"SortOfCLEVR_{split}_scenes.json"),
                ("grounding", f"SortOfCLEVR_{split}_grounding.json"),
            )
        ]
        + ["manifest.json"]
    )


def test_content_is_pinned_and_depends_on_the_seed(tmp_path: Path) -> None:
    """Equal on every platform; if a change here is meant, raise options.VERSION with it."""
    contents = {
        seed: read_manifest(
            make_sort_of_clevr(
                tmp_path / str(seed), SortOfCLEVROptions(images=7, val_images=3, test_images=2, seed=seed)
            ),
            "sort-of-clevr",
        ).content
        for seed in (0, 5)
    }
    assert contents[0] == PINNED
    assert contents[5] != contents[0]


PINNED = "fcedd11f824f67c25a807e063bb50e92fbfa915ef1125aa2c3427b4960428e6c"


def test_archives_are_stored_under_names_like_clevrs(small: SortOfCLEVR) -> None:
    files = files_in(small.folder)
    for path in (files.images("val"), files.masks("val")):
        with zipfile.ZipFile(path) as archive:
            assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
            names = archive.namelist()
        assert names == [f"val/SortOfCLEVR_val_{index:06d}.png" for index in range(53)]


class Oracle:
    """Carries a program out on a scene of the file, step by step, as slowly and plainly as one can."""

    def __init__(self, scene: Mapping[str, Any]) -> None:
        self.things = scene["objects"]

    def answer(self, program: Sequence[Mapping[str, Any]]) -> str:
        values: list[Any] = []
        for step in program:
            given = [values[place] for place in step["inputs"]]
            values.append(getattr(self, step["function"])(*given, *step["value_inputs"]))
        return str(values[-1])

    def scene(self) -> set[int]:
        return set(range(len(self.things)))

    def filter_color(self, among: set[int], color: str) -> set[int]:
        return {thing for thing in among if self.things[thing]["color"] == color}

    def unique(self, among: set[int]) -> int:
        (only,) = among
        return only

    def query_shape(self, thing: int) -> str:
        return self.things[thing]["shape"]

    def in_left_half(self, thing: int) -> str:
        return "yes" if self.things[thing]["pixel_coords"][0] < 38 else "no"  # columns 0 to 37

    def in_top_half(self, thing: int) -> str:
        return "yes" if self.things[thing]["pixel_coords"][1] < 38 else "no"

    def apart(self, one: int, other: int) -> float:
        (a, b, _), (c, d, _) = self.things[one]["pixel_coords"], self.things[other]["pixel_coords"]
        return float(np.hypot(a - c, b - d))

    def closest(self, thing: int) -> int:
        distances = {self.apart(thing, other): other for other in reversed(range(6)) if other != thing}
        return distances[min(distances)]

    def furthest(self, thing: int) -> int:
        distances = {self.apart(thing, other): other for other in reversed(range(6)) if other != thing}
        return distances[max(distances)]

    def same_shape(self, thing: int) -> set[int]:
        return {other for other in self.scene() if self.query_shape(other) == self.query_shape(thing)} - {thing}

    def union(self, one: set[int], other: set[int]) -> set[int]:
        return one | other

    def count(self, among: set[int]) -> int:
        return len(among)


def test_every_answer_is_what_its_program_gives_on_its_scene(small: SortOfCLEVR) -> None:
    files = files_in(small.folder)
    checked = 0
    for split in ("train", "val", "test"):
        scenes = read_json(files.scenes(split))["scenes"]
        for question in read_json(files.questions(split))["questions"]:
            scene = scenes[question["image_index"]]
            assert scene["image_filename"] == question["image_filename"]
            assert Oracle(scene).answer(question["program"]) == question["answer"], question
            checked += 1
    assert checked == 20 * (211 + 53 + 61)


def test_scenes_say_what_the_pixels_show(small: SortOfCLEVR) -> None:
    """Colours and places from the picture alone."""
    rgb = {
        "red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255),
        "orange": (255, 156, 0), "gray": (128, 128, 128), "yellow": (255, 255, 0),
    }  # fmt: skip
    split = small.open("test")
    assert split.images is not None
    assert split.grounding is not None
    whole = {"circle": 81, "rectangle": 121}
    for image, name in split.image_names.items():
        picture, labels = split.images.read(name), split.grounding.masks(image)
        items = split.grounding.attributes(image)
        assert [item["color"] for item in items] == list(rgb)
        for number, (item, box) in enumerate(zip(items, split.grounding.boxes(image), strict=True), start=1):
            seen = (picture == rgb[item["color"]]).all(axis=2)
            np.testing.assert_array_equal(seen, labels == number)
            rows, columns = np.nonzero(seen)
            edges = np.asarray([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / 75
            np.testing.assert_allclose(box, edges, rtol=1e-6)
            if seen.sum() == whole[item["shape"]]:  # nothing lies on it
                assert (columns.mean() + 0.5, rows.mean() + 0.5) == tuple(item["pixel_coords"][:2])
            else:
                assert seen.sum() < whole[item["shape"]]


def test_no_two_pictures_of_any_splits_are_equal(small: SortOfCLEVR) -> None:
    seen = set()
    for split in ("train", "val", "test"):
        images = small.open(split).images
        assert images is not None
        seen |= {images.read_bytes(name) for name in images.names}
    assert len(seen) == 211 + 53 + 61


def test_a_piece_holds_what_was_asked_for() -> None:
    whole, part = draw_piece(Work(TINY, "train", 0, 7)), draw_piece(Work(TINY, "train", 4, 6))
    assert part.scenes == whole.scenes[4:6]
    assert part.questions == whole.questions[4:6]
    assert part.pictures == whole.pictures[4:6]
    assert decode(part.masks[0], "mask", "L").max() == 6
    more = draw_piece(Work(SortOfCLEVROptions(images=7, val_images=3, test_images=2, questions=3), "train", 4, 6))
    assert more.pictures == part.pictures  # the pictures do not depend on how much is asked


def test_a_killed_making_leaves_nothing_and_the_next_one_is_whole(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\n"
        "from scanpath_han.data.sort_of_clevr.generation import make_sort_of_clevr\n"
        "from scanpath_han.data.sort_of_clevr.options import SortOfCLEVROptions\n"
        "tell = lambda what, done, total: print(done, flush=True)\n"
        f"folder = Path({str(tmp_path / 'sort-of-clevr')!r})\n"
        "make_sort_of_clevr(folder, SortOfCLEVROptions(images=2003), workers=1, progress=tell)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "200\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    (part,) = [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
    assert files_of(part)
    found = SortOfCLEVR(tmp_path)
    with pytest.raises(DataError, match=r"no finished data set in .*: run scanpath data make sort-of-clevr"):
        found.open("train")
    assert make_sort_of_clevr(found.folder, TINY, workers=1) == found.folder
    assert not part.exists()
    assert len(found.open("train")) == 140


def test_without_pillow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtraError, match=r"making Sort-of-CLEVR needs 'pillow'.*'scanpath\[train\]'"):
        draw_piece(Work(TINY, "val", 0, 1))


def test_progress_reaches_its_end(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    options = SortOfCLEVROptions(images=201, val_images=3, test_images=2)
    make_sort_of_clevr(tmp_path / "s", options, workers=1, progress=lambda *step: steps.append(step))
    assert [done for _, done, _ in steps] == list(itertools.accumulate([200, 1, 3, 2]))
    assert {(what, total) for what, _, total in steps} == {("drawing and asking", 206)}
