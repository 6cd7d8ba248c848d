from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scanpath.data.catalogue import dataset_checksum, dataset_names, describe, make_dataset, open_split
from scanpath.errors import ConfigError, DataError, UnknownNameError

CORE = ("scenes", "scenes-cp", "easy-vqa", "clevr")


def test_every_data_set_opens_and_is_described(small_world: Path) -> None:
    assert dataset_names()[: len(CORE)] == CORE
    for name in CORE[:3]:
        found = describe(name, small_world)
        assert not found.missing
        assert len(found.checksum) == 64
        for split in ("train", "val", "test"):
            opened = open_split(name, split, small_world)
            assert opened.name == f"{name}/{split}"
            assert found.counts[split] == (len(opened.image_names), len(opened))
    assert describe("scenes", small_world).size > 5_000_000


def test_the_environment_names_the_root(small_world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANPATH_DATA", str(small_world))
    assert len(open_split("scenes", "val").image_names) == 53
    assert dataset_checksum("scenes") == dataset_checksum("scenes", small_world)


def test_missing_data_say_how_to_make_them(tmp_path: Path) -> None:
    for name in ("scenes", "scenes-cp"):
        with pytest.raises(DataError, match="run scanpath data make scenes"):
            open_split(name, "train", tmp_path)
    found = describe("scenes", tmp_path)
    assert "scanpath data make scenes" in found.missing
    assert (found.folder, found.counts) == (None, {})


def test_unknown_names_carry_near_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"^no installed package brings the data set 'scene'; did you mean"):
        open_split("scene", "train", tmp_path)
    with pytest.raises(UnknownNameError, match="no split 'dev' of scenes; known are train, val, test"):
        open_split("scenes", "dev", tmp_path)
    with pytest.raises(ConfigError, match="no option 'image'; did you mean 'images'"):
        make_dataset("scenes", tmp_path, image=3)
    with pytest.raises(ConfigError, match="easy-vqa takes no options"):
        make_dataset("easy-vqa", tmp_path, images=3)
    assert make_dataset("easy-vqa", tmp_path).is_dir()


def test_reading_data_imports_no_torch() -> None:
    code = (
        "import sys, scanpath.data, scanpath.data.scenes, scanpath.data.scenes.painting; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
