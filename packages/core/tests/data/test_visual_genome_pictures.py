from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PIL import Image

from scanpath.data.visual_genome_pictures import genome_pictures, name_empty
from scanpath.errors import DataError


def test_empty_pictures_are_listed_in_folders_and_archives(tmp_path: Path) -> None:
    assert genome_pictures(tmp_path) == (None, [])
    (tmp_path / "VG_100K").mkdir()
    Image.new("RGB", (5, 3)).save(tmp_path / "VG_100K" / "2.jpg")
    (tmp_path / "VG_100K" / "9.jpg").touch()
    assert genome_pictures(tmp_path) == (None, [])
    with zipfile.ZipFile(tmp_path / "images2.zip", "w") as archive:
        archive.write(tmp_path / "VG_100K" / "2.jpg", "VG_100K_2/1.jpg")
        archive.writestr("VG_100K_2/7.jpg", b"")
    images, empty = genome_pictures(tmp_path)
    assert images is not None
    assert (empty, images.read("1.jpg").shape) == ([7, 9], (3, 5, 3))
    (tmp_path / "images2.zip").write_bytes(b"PK cut")
    with pytest.raises(DataError, match=r"images2.zip is not a whole zip archive"):
        genome_pictures(tmp_path)


def test_the_first_few_empty_pictures_are_named() -> None:
    assert name_empty([7, 9, 11, 13]).startswith("4 pictures of Visual Genome are empty files (7, 9, 11, ...)")
