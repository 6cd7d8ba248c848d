from __future__ import annotations

import zipfile
from pathlib import Path

from PIL import Image

from scanpath.data.coco_pictures import coco_pictures


def test_sets_are_folders_or_archives_and_all_must_be_there(tmp_path: Path) -> None:
    assert coco_pictures(tmp_path, ["train2014"]) is None
    (tmp_path / "coco" / "train2014").mkdir(parents=True)
    Image.new("RGB", (5, 3)).save(tmp_path / "coco" / "train2014" / "a.jpg")
    alone = coco_pictures(tmp_path, ["train2014"])
    assert alone is not None
    assert list(alone.names) == ["a.jpg"]
    assert coco_pictures(tmp_path, ["train2014", "val2014"]) is None
    with zipfile.ZipFile(tmp_path / "coco" / "val2014.zip", "w") as archive:
        archive.write(tmp_path / "coco" / "train2014" / "a.jpg", "val2014/b.jpg")
    both = coco_pictures(tmp_path, ["train2014", "val2014"])
    assert both is not None
    assert [both.read(name).shape for name in ("a.jpg", "b.jpg")] == [(3, 5, 3)] * 2
