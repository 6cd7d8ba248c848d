"""Pictures and stores that a split is read from."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from PIL import Image

from scanpath.data.split import VQASplit
from scanpath.errors import DataError
from scanpath.features.backbones import Backbone
from scanpath.features.preprocessing import find_preset
from scanpath.features.store import write_store
from scanpath.tasks import pictures
from scanpath.tasks.vqa.settings import VQASettings


def no_backbone(backbone: Backbone, *, device: str) -> NoReturn:
    pytest.fail(f"{backbone.name} was asked for features on {device}")


def test_pictures_come_channels_first_and_are_kept(golden: VQASplit) -> None:
    rows = pictures.PictureRows(golden)
    assert rows.shape == (3, 3, 5)
    assert rows.rows(np.array([7, 3, 7])).tolist() == [1, 0, 1]
    pixels = rows.read(np.array([1, 0]))
    assert pixels.dtype == np.uint8
    assert pixels[:, 0, 2, 4].tolist() == [7, 3]
    assert rows.read(np.array([1]))[0] is not pixels[0]
    np.testing.assert_array_equal(rows.read(np.array([1, 0])), pixels)


def test_large_splits_are_decoded_anew(golden: VQASplit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MEMORY", 0)
    rows = pictures.PictureRows(golden)
    np.testing.assert_array_equal(rows.read(np.array([0, 1]))[:, 0, 2, 4], [3, 7])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(rows)).read(np.array([1]))[0, 0, 2, 4], 7)


def test_they_travel_without_their_pixels(golden: VQASplit) -> None:
    rows = pictures.PictureRows(golden)
    empty = len(pickle.dumps(rows))
    rows.read(np.array([0, 1]))
    assert len(pickle.dumps(rows)) == empty


def test_pictures_of_two_sizes_are_refused(golden_files: Path, golden: VQASplit) -> None:
    name = "COCO_val2014_000000000007.png"
    Image.new("RGB", (4, 9)).save(golden_files / "pictures" / name)
    with pytest.raises(DataError, match=rf"{name} is 4x9 pixels, where \S+3.png is 5x3"):
        pictures.PictureRows(golden).read(np.array([0, 1]))


def test_pictures_of_two_sizes_are_stretched_to_one(golden_files: Path, golden: VQASplit) -> None:
    name = "COCO_val2014_000000000007.png"
    grey = Image.new("RGB", (4, 9), (3, 5, 250))
    grey.save(golden_files / "pictures" / name)
    rows = pictures.PictureRows(golden, 6)
    assert rows.shape == (3, 6, 6)
    found = rows.read(np.array([0, 1]))
    assert found.shape == (2, 3, 6, 6)
    assert found[1].reshape(3, -1).T.tolist() == [[3, 5, 250]] * 36


def test_a_broken_picture_is_named(golden_files: Path, golden: VQASplit) -> None:
    rows = pictures.PictureRows(golden)
    (golden_files / "pictures" / "COCO_val2014_000000000007.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"000000000007.png in .* is not a whole picture"):
        rows.read(np.array([1]))


def test_no_pictures_and_no_features_is_an_error(golden: VQASplit) -> None:
    import dataclasses

    with pytest.raises(DataError, match="golden/val has no pictures, and no features are named"):
        pictures.PictureRows(dataclasses.replace(golden, images=None))


def test_the_key_of_features_changes_with_their_index(tmp_path: Path) -> None:
    settings = VQASettings.parse({"features": str(tmp_path)})
    write_store(tmp_path / "train", [3], np.zeros((1, 2, 5), dtype=np.float16))
    one = pictures.features_key(settings, "data")
    write_store(tmp_path / "train", [3], np.ones((1, 2, 5), dtype=np.float16))
    assert len(one) == 12
    assert pictures.features_key(settings, "data") != one
    assert pictures.features_key(VQASettings.parse({"features": None}), "data") == ""


def test_a_folder_without_features_is_an_error(tmp_path: Path, golden: VQASplit) -> None:
    with pytest.raises(DataError, match=r"train holds no features"):
        pictures.open_rows(str(tmp_path / "none"), golden, "train", no_backbone)


def test_a_preset_brings_pictures_as_its_paper_did(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(pictures, "create_extractor", lambda name, **options: asked.update(options, name=name))
    pictures._backbone.__wrapped__("preset:reviewnet")
    assert asked == {"name": "vgg19", "size": 224, "preprocessing": find_preset("reviewnet").preprocessing}


def test_a_backbone_of_another_size_makes_other_features() -> None:
    names = ("scenes_cnn", "scenes_cnn@64", "scenes_cnn@96")
    usual, same, larger = (pictures.features_key(VQASettings.parse({"features": name}), "data") for name in names)
    assert usual == same != larger


def store(folder: Path, shape: tuple[int, ...], facts: dict[str, Any]) -> str:
    write_store(folder, [3, 7], np.zeros((2, *shape), np.float16), backbone=facts)
    return str(folder)


MADE = {"name": "resnet152", "sha256": "0123", "length": "sample"}


@pytest.mark.parametrize(
    ("shape", "facts", "expected"),
    [
        ((5, 7), MADE, r"learns from features \(2, 5\), those of val are features \(5, 7\)"),
        ((5, 2, 5), MADE, r"learns from features \(2, 5\), those of val are features \(5, 2, 5\)"),
        ((3, 5), {**MADE, "length": None}, r"made otherwise than those that the model learns from \(length differ\)"),
        ((3, 5), {"name": "vgg19", "sha256": "4567"}, r"\(length, name, sha256 differ\)"),
    ],
)
def test_features_of_another_kind_than_the_model_learns_from_are_refused(
    golden: VQASplit, tmp_path: Path, shape: tuple[int, ...], facts: dict[str, Any], expected: str
) -> None:
    learnt = pictures.open_rows(store(tmp_path / "a", (2, 5), MADE), golden, "train", no_backbone)
    own = store(tmp_path / "b", (3, 5), MADE)  # another number of regions is no other kind
    assert pictures.open_rows(own, golden, "val", no_backbone, learnt).region_shape == [3, 5]
    with pytest.raises(DataError, match=expected):
        pictures.open_rows(store(tmp_path / "c", shape, facts), golden, "val", no_backbone, learnt)
    with pytest.raises(DataError, match=r"learns from features \(2, 5\), those of val are pictures"):
        pictures.open_rows(None, golden, "val", no_backbone, learnt)


def test_features_that_nobody_tells_the_making_of_are_taken(golden: VQASplit, tmp_path: Path) -> None:
    learnt = pictures.open_rows(store(tmp_path / "a", (2, 5), MADE), golden, "train", no_backbone)
    other = store(tmp_path / "b", (2, 5), {"source": "a bundle"})
    assert pictures.open_rows(other, golden, "val", no_backbone, learnt).backbone == {"source": "a bundle"}


def test_a_backbone_of_another_kind_is_refused_before_it_extracts(golden: VQASplit, tmp_path: Path) -> None:
    learnt = pictures.open_rows(store(tmp_path / "a", (8, 8, 64), MADE), golden, "train", no_backbone)
    with pytest.raises(DataError, match="its answers would mean nothing; extract them alike"):
        pictures.open_rows("scenes_cnn", golden, "val", no_backbone, learnt)


def test_the_store_of_test_serves_test_dev_unless_it_has_its_own(golden: VQASplit, tmp_path: Path) -> None:
    store(tmp_path / "test", (2, 5), MADE)
    assert pictures.open_rows(str(tmp_path), golden, "test-dev", no_backbone).region_shape == [2, 5]
    store(tmp_path / "test-dev", (3, 5), MADE)
    assert pictures.open_rows(str(tmp_path), golden, "test-dev", no_backbone).region_shape == [3, 5]
