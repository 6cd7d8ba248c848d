from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanpath.data.scenes.manifest import NAME, damaged_files, read_manifest, write_manifest
from scanpath.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.json").write_text("[3]")
    (tmp_path / "b.zip").write_bytes(bytes(7))
    write_manifest(tmp_path, {"seed": 3}, "abc", {"scenes": {"train": (5, 7)}})
    return tmp_path


def test_what_is_written_is_read_back(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert (manifest.content, manifest.options, manifest.version) == ("abc", {"seed": 3}, 1)
    assert manifest.counts == {"scenes": {"train": (5, 7)}}
    assert {name: size for name, (size, _) in manifest.files.items()} == {"a.json": 3, "b.zip": 7}
    assert damaged_files(folder) == []


def test_damage_is_named(folder: Path) -> None:
    (folder / "a.json").write_text("[5]")
    assert damaged_files(folder) == ["a.json"]
    (folder / "a.json").write_text("[57]")
    with pytest.raises(
        DataError, match=r"a.json has 4 bytes, expected 3: delete the folder and run scanpath data make"
    ):
        read_manifest(folder)
    (folder / "a.json").unlink()
    with pytest.raises(DataError, match=r"a.json is missing"):
        read_manifest(folder)


def test_no_manifest_is_no_data_set(folder: Path) -> None:
    (folder / NAME).write_text(json.dumps({"version": 1}))
    with pytest.raises(DataError, match="is not a manifest of scenes"):
        read_manifest(folder)
    (folder / NAME).unlink()
    with pytest.raises(DataError, match=r"no finished data set in .*: run scanpath data make scenes"):
        read_manifest(folder)
