"""The set is made once, whole, in CIFAR-100's files, and read by their reader; it is found by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath.data.labelled import check_disjoint
from scanpath.data.labelled_catalogue import describe_any, is_made, make_any, open_labelled
from scanpath.data.pickles import parse_old_pickle
from scanpath.data.scenes.randomness import Draws
from scanpath.errors import ConfigError, DataError
from scanpath_attention_rnn.data.scene_objects import dataset
from scanpath_attention_rnn.data.scene_objects.dataset import SceneObjects
from scanpath_attention_rnn.data.scene_objects.drawing import CLASSES, GROUPS, draw_object


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("objects")
    make_any("scene-objects", folder, workers=1, train=63, test=21, seed=5)
    return folder


def test_it_is_made_and_found_by_name(root: Path, tmp_path: Path) -> None:
    assert is_made("scene-objects")
    assert "run scanpath data make scene-objects" in describe_any("scene-objects", tmp_path).missing
    assert describe_any("scene-objects", root).counts == {"train": (63, 0), "test": (21, 0)}
    assert SceneObjects(root).damaged() == []


def test_pictures_come_with_pairs_and_shapes(root: Path) -> None:
    train = open_labelled("scene-objects", "train", root)
    assert train.remarks == ()
    np.testing.assert_array_equal(train.picture(41), draw_object(1, Draws(5, 0, 41)).transpose(2, 0, 1))
    fine, coarse = train.labels["fine"], train.labels["coarse"]
    assert (fine.classes, coarse.classes) == (CLASSES, GROUPS)
    assert np.bincount(fine.numbers).tolist() == [4] * 3 + [3] * 17
    assert {(CLASSES[one].split()[1], GROUPS[other]) for one, other in train.matrix("fine", "coarse")} == {
        (shape, shape) for shape in GROUPS
    }
    fit, val = (open_labelled("scene-objects", split, root) for split in ("fit", "val"))
    check_disjoint(fit, val)
    assert len(fit) + len(val) == 63
    test = open_labelled("scene-objects", "test", root)
    assert not (np.stack([*test.pictures]) == train.picture(0)).all((1, 2, 3)).any()


def test_its_files_are_cifars(root: Path) -> None:
    folder = root / "scene-objects" / "cifar-100-python"
    content = {name: parse_old_pickle((folder / name).read_bytes(), folder / name) for name in ("test", "meta")}
    assert set(content["test"]) == {b"filenames", b"batch_label", b"fine_labels", b"coarse_labels", b"data"}
    assert content["test"][b"data"].shape == (21, 3072)
    assert content["meta"][b"coarse_label_names"] == [b"circle", b"square", b"triangle", b"cross", b"ring"]


def test_the_same_whoever_draws_and_another_under_another_seed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset, "_PIECE", 17)
    known = SceneObjects(root).checksum()
    SceneObjects(tmp_path / "parts").make(workers=1, train=63, test=21, seed=5)
    assert SceneObjects(tmp_path / "parts").checksum() == known
    told: list[tuple[str, int, int]] = []
    SceneObjects(tmp_path / "other").make(workers=1, train=63, test=21, seed=6, progress=lambda *one: told.append(one))
    assert SceneObjects(tmp_path / "other").checksum() != known
    assert told[:4] == [("drawing train", 17, 63), ("drawing train", 34, 63), ("drawing train", 51, 63),
                        ("drawing train", 63, 63)]  # fmt: skip


def test_mistakes_are_one_sentence(root: Path) -> None:
    with pytest.raises(DataError, match="made with seed = 5, and seed = 0 was asked for"):
        make_any("scene-objects", root, workers=1, train=63, test=21)
    with pytest.raises(ConfigError, match="the data set scene-objects has no option 'trian'; did you mean 'train'"):
        make_any("scene-objects", root, trian=3)
    with pytest.raises(ConfigError, match="with test = 0, expected a whole number from 1"):
        make_any("scene-objects", root, test=0)
