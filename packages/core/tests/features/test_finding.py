from dataclasses import replace

import numpy as np
import pytest

from scanpath.data.caption_catalogue import open_captions
from scanpath.data.catalogue import make_dataset, open_split
from scanpath.data.images import encode_png
from scanpath.data.vqa import coco_name
from scanpath.errors import DataError
from scanpath.features import finding
from scanpath.features.backbones import create_backbone
from scanpath.features.finding import captioned_features, features_for, features_home, find_stores
from scanpath.features.store import INDEX
from scanpath.testing.files.coco import write_karpathy


@pytest.fixture(scope="module")
def scenes_root(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    make_dataset("scenes", root, workers=1, images=11, questions=2)
    return root


def test_features_are_made_once_and_found_again(scenes_root):
    backbone = create_backbone("scenes_cnn")
    told = []
    store = features_for("scenes", "train", backbone, scenes_root, say=told.append)
    assert (len(store), store.shape) == (11, (8, 8, 64))
    assert store.index.data["split"] == "train"
    assert len(told) == 1
    again = features_for("scenes", "train", backbone, scenes_root, say=told.append)
    assert again.folder == store.folder
    assert len(told) == 1
    other = features_for("scenes", "train", create_backbone("scenes_cnn", weights="random"), scenes_root)
    assert other.folder != store.folder
    assert sorted(folder for folder, _ in find_stores(scenes_root)) == sorted([store.folder, other.folder])


def test_the_features_of_test_serve_test_dev(scenes_root, monkeypatch):
    backbone, asked = create_backbone("scenes_cnn"), []
    monkeypatch.setattr(finding, "extract", lambda split, *rest, **options: asked.append(split.name))
    monkeypatch.setattr(finding, "open_split", lambda dataset, split, root: open_split(dataset, "test", root))
    features_for("scenes", "test-dev", backbone, scenes_root)
    assert len(asked) == 1  # nobody has those of test, so it makes its own
    monkeypatch.undo()
    store = features_for("scenes", "test", backbone, scenes_root)
    assert features_for("scenes", "test-dev", backbone, scenes_root).folder == store.folder


def test_a_broken_store_is_listed_with_its_error(scenes_root):
    store = features_for("scenes", "test", create_backbone("scenes_cnn"), scenes_root)
    (store.folder / INDEX).write_text("{")
    found = dict(find_stores(scenes_root))
    assert isinstance(found[store.folder], DataError)


def test_data_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match="scanpath data make scenes"):
        features_for("scenes", "train", create_backbone("scenes_cnn"), tmp_path)
    assert list(find_stores(tmp_path)) == []
    assert features_home(tmp_path) == tmp_path / "features"


def test_questions_of_ones_own_have_features_beside_the_others(tmp_path):
    for number in range(10):
        (tmp_path / f"{number}.png").write_bytes(encode_png(np.full((64, 64, 3), number, np.uint8), "a test"))
    own = tmp_path / "own.csv"
    own.write_text("image,question,answer\n" + "".join(f"{number}.png,Why?,no\n" for number in range(10)))
    store = features_for(str(own), "train", create_backbone("scenes_cnn"), tmp_path / "root")
    assert store.folder.parent == features_home(tmp_path / "root") / "own-own" / "train"
    assert len(store) == 8


def test_captions_share_the_features_of_their_questions(scenes_root):
    backbone = create_backbone("scenes_cnn")
    store = captioned_features("scenes-captions", "val", backbone, scenes_root)
    assert store.folder == features_for("scenes", "val", backbone, scenes_root).folder
    assert np.array_equal(store.image_ids, np.sort(open_captions("scenes-captions", "val", scenes_root).image_ids))


def test_captions_with_pictures_of_their_own_have_their_own_features(scenes_root, tmp_path):
    scenes = open_captions("scenes-captions", "val", scenes_root)
    val = replace(scenes, image_names={image: coco_name("val2014", image) for image in scenes.image_ids.tolist()})
    for place in ("train2014", "val2014"):
        (tmp_path / "coco" / place).mkdir(parents=True)
    for image, name in val.image_names.items():
        pixels = scenes.images.read(scenes.image_names[image])
        (tmp_path / "coco" / "val2014" / name).write_bytes(encode_png(pixels, "a test"))
    (tmp_path / "coco" / "train2014" / "1.png").write_bytes(encode_png(np.zeros((4, 4, 3), np.uint8), "a test"))
    write_karpathy(tmp_path / "coco" / "dataset_coco.json", {"val": val})
    told = []
    backbone = create_backbone("scenes_cnn")
    store = captioned_features("coco-captions", "val", backbone, tmp_path, say=told.append)
    assert store.folder.parent == features_home(tmp_path) / "coco-captions" / "val"
    assert (len(store), store.index.data["name"], len(told)) == (len(val.image_ids), "coco-captions", 1)
    assert captioned_features("coco-captions", "val", backbone, tmp_path, say=told.append).folder == store.folder
    assert len(told) == 1
