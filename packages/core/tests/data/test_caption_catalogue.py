from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.data.caption_catalogue import caption_names, describe_captions, find_captions, open_captions
from scanpath.data.catalogue import dataset_names
from scanpath.data.labelled_catalogue import labelled_names
from scanpath.errors import DataError, UnknownNameError


def test_every_name_says_what_it_is_and_how_to_get_it(tmp_path: Path) -> None:
    assert caption_names()[:2] == ("scenes-captions", "coco-captions")
    assert not set(caption_names()) & {*dataset_names(), *labelled_names()}
    for name in caption_names():
        found = describe_captions(name, tmp_path)
        assert (found.folder, found.counts) == (None, {})
        assert "run scanpath data" in found.missing
        assert set(find_captions(name, tmp_path).splits) >= {"train", "val", "test"}
        with pytest.raises(DataError, match="run scanpath data"):
            open_captions(name, "train", tmp_path)


def test_captions_of_scenes_come_with_their_pictures(small_world: Path) -> None:
    val = open_captions("scenes-captions", "val", small_world)
    assert (val.name, len(val.image_ids), len(val)) == ("scenes-captions/val", 53, 265)
    assert val.images is not None
    assert val.images.read(val.image_names[int(val.image_ids[0])]).shape == (64, 64, 3)
    told = describe_captions("scenes-captions", small_world)
    assert (told.texts, told.counts["val"]) == ("captions", (53, 265))
    found = find_captions("scenes-captions", small_world)
    assert {split: len(found.open(split)) for split in found.splits} == {
        split: count for split, (_, count) in found.counts().items()
    }
    assert (found.pictures, found.damaged()) == ("scenes", None)


def test_unknown_names_carry_near_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="data set of captions 'coco-caption'; did you mean 'coco-captions'"):
        open_captions("coco-caption", "train", tmp_path)
    with pytest.raises(UnknownNameError, match="there is no split 'restval' of coco-captions; did you mean 'val'"):
        open_captions("coco-captions", "restval", tmp_path)
