from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanpath.data.manifest import NAME, damaged_files, read_manifest, write_manifest
from scanpath.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.json").write_text("[3]")
    (tmp_path / "b.zip").write_bytes(bytes(7))
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "c.zip").write_bytes(bytes(11))
    counts = {"scenes": {"train": (5, 7)}}
    write_manifest(tmp_path, version=1, options={"seed": 3}, content="abc", counts=counts)
    return tmp_path


def test_what_is_written_is_read_back(folder: Path) -> None:
    manifest = read_manifest(folder, "scenes")
    assert (manifest.content, manifest.options, manifest.version) == ("abc", {"seed": 3}, 1)
    assert manifest.counts == {"scenes": {"train": (5, 7)}}
    assert {name: size for name, (size, _) in manifest.files.items()} == {"a.json": 3, "b.zip": 7, "images/c.zip": 11}
    assert damaged_files(folder, "scenes") == []


def test_damage_is_named(folder: Path) -> None:
    (folder / "a.json").write_text("[5]")
    assert damaged_files(folder, "scenes") == ["a.json"]
    (folder / "a.json").write_text("[57]")
    with pytest.raises(
        DataError, match=r"a.json has 4 bytes, expected 3: delete the folder and run scanpath data make"
    ):
        read_manifest(folder, "scenes")
    (folder / "a.json").unlink()
    with pytest.raises(DataError, match=r"a.json is missing"):
        read_manifest(folder, "scenes")


def test_no_manifest_is_no_data_set(folder: Path) -> None:
    (folder / NAME).write_text(json.dumps({"version": 1}))
    with pytest.raises(DataError, match="is not a manifest of scenes"):
        read_manifest(folder, "scenes")
    (folder / NAME).unlink()
    with pytest.raises(DataError, match=r"no finished data set in .*: run scanpath data make scenes"):
        read_manifest(folder, "scenes")
