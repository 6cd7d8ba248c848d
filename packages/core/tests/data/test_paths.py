from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath.data.images import encode_png
from scanpath.data.paths import PathImages, flaw
from scanpath.errors import DataError


def test_pictures_of_one_name_in_two_folders(tmp_path: Path) -> None:
    for number, folder in enumerate(("a", "b")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.png").write_bytes(encode_png(np.full((2, 3, 3), number, np.uint8), "a test"))
    images = PathImages(tmp_path, ["b/1.png", "a/1.png"])
    assert images.names == ["a/1.png", "b/1.png"]
    assert "a/1.png" in images
    assert "1.png" not in images
    assert images.read("b/1.png").tolist() == [[[1] * 3] * 3] * 2
    with pytest.raises(DataError, match=r"holds no picture called '1.png' among its 2"):
        images.read("1.png")
    (tmp_path / "a" / "1.png").unlink()
    with pytest.raises(DataError, match=r"a/1.png cannot be read \(No such file or directory\): was it moved"):
        images.read("a/1.png")


@pytest.mark.parametrize("name", ["../secret.png", "a/../../secret.png", "/etc/secret.png", "a\\b.png", "C:\\a.png"])
def test_no_path_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"is not inside .*: write its path from there"):
        PathImages(tmp_path, [name])


def test_a_flaw_is_told_and_wholeness_is_nothing(tmp_path: Path) -> None:
    whole = encode_png(np.zeros((40, 30, 3), np.uint8), "a test")
    cases = {"whole": whole, "cut": whole[:60], "longer": whole + b"\0" * 9, "empty": b"", "text": b"GIF"}
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
    found = {name: flaw(tmp_path / name) for name in cases}
    assert (found["whole"], found["longer"]) == ("", "")
    assert (found["empty"], found["text"]) == ("is empty", "is no picture of a known format")
    assert found["cut"].startswith("is not a whole picture (")
    assert flaw(tmp_path / "absent").startswith("is not a whole picture ([Errno 2] No such file")
