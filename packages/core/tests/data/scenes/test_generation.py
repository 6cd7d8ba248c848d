from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.catalogue import open_split
from scanpath.data.manifest import NAME, read_manifest
from scanpath.data.scenes.generation import make_scenes
from scanpath.data.scenes.options import SceneOptions
from scanpath.errors import DataError

TINY = SceneOptions(images=7, val_images=3, test_images=2)


def test_a_finished_data_set_is_left_as_it_is_and_never_overwritten(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    folder = make_scenes(tmp_path / "scenes", TINY, workers=1, progress=lambda *step: steps.append(step))
    assert ("drawing pictures", 12, 12) in steps
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert make_scenes(tmp_path / "scenes", TINY) == folder
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before
    with pytest.raises(DataError, match=r"made with seed = 0, and seed = 5 was asked for: delete the folder"):
        make_scenes(tmp_path / "scenes", SceneOptions(images=7, val_images=3, test_images=2, seed=5))
    text = (folder / NAME).read_text()
    (folder / NAME).write_text(text.replace('"version": 1', '"version": 0'))
    with pytest.raises(DataError, match="holds scenes of version 0, expected 1"):
        make_scenes(tmp_path / "scenes", TINY)


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "precious.txt").write_text("mine")
    with pytest.raises(DataError, match="no finished data set"):
        make_scenes(tmp_path / "scenes", TINY)
    assert (tmp_path / "scenes" / "precious.txt").exists()


def test_content_is_pinned_and_depends_on_the_seed(tmp_path: Path) -> None:
    """Equal on every platform; if a change here is meant, raise options.VERSION with it."""
    contents = {
        seed: read_manifest(
            make_scenes(tmp_path / str(seed), SceneOptions(images=7, val_images=3, test_images=2, seed=seed)),
            "scenes",
        ).content
        for seed in (0, 5)
    }
    assert contents[0] == PINNED
    assert contents[5] != contents[0]


PINNED = "cec1d3ced34b77e33f70e570e5fcd0dcabf957f5f1d00886d83db2e88b3ac194"


def test_a_killed_generation_leaves_nothing_and_the_next_one_is_whole(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\n"
        "from scanpath.data.scenes.generation import make_scenes\n"
        "from scanpath.data.scenes.options import SceneOptions\n"
        "tell = lambda what, done, total: print(what, flush=True)\n"
        f"make_scenes(Path({str(tmp_path / 'scenes')!r}), SceneOptions(images=2003), workers=1, progress=tell)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "drawing pictures\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "scenes").exists()
    left = [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
    assert len(left) == 1
    assert any(left[0].iterdir())
    with pytest.raises(DataError, match="no finished data set"):
        open_split("scenes", "train", tmp_path)
    make_scenes(tmp_path / "scenes", TINY, workers=1)
    assert len(open_split("scenes", "train", tmp_path)) == 70
    assert not left[0].exists()


def test_a_second_maker_waits_for_the_first(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from scanpath.data.scenes.generation import make_scenes\n"
        "from scanpath.data.scenes.options import SceneOptions\n"
        f"make_scenes(Path({str(tmp_path / 'scenes')!r}), SceneOptions(images=41), workers=1)\n"
    )
    makers = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    start = time.monotonic()
    for maker in makers:
        assert maker.communicate(timeout=120)[1] == ""
        assert maker.returncode == 0
    assert time.monotonic() - start < 120
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock")] == ["scenes"]


def test_question_ids_are_unique_over_the_splits(small_world: Path) -> None:
    ids = np.concatenate([open_split("scenes", split, small_world).question_ids for split in ("train", "val", "test")])
    assert len(np.unique(ids)) == len(ids) == 10 * (211 + 53 + 61)
