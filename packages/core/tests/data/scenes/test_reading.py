from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.data.catalogue import open_split
from scanpath.data.vqacp import check_disjoint
from scanpath.metrics.answers import normalise


@pytest.mark.parametrize("name", ["scenes", "scenes-cp"])
def test_splits_are_whole_and_apart(small_world: Path, name: str) -> None:
    splits = {split: open_split(name, split, small_world) for split in ("train", "val", "test")}
    for one, other in (("train", "val"), ("train", "test"), ("val", "test")):
        check_disjoint(splits[one], splits[other])
    for split in splits.values():
        assert split.images is not None
        assert split.grounding is not None
        image = int(split.image_ids[-1])
        assert split.images.read(split.image_names[image]).shape == (64, 64, 3)
        assert split.grounding.masks(image).shape == (64, 64)
        assert split.grounding.boxes(image).shape == (len(split.grounding.attributes(image)), 4)
        split.grounding.target_mask(int(split.question_ids[-1]))


def test_val_of_changing_priors_shares_no_picture_with_train(small_world: Path) -> None:
    train, val = (open_split("scenes-cp", split, small_world) for split in ("train", "val"))
    assert not set(train.image_names) & set(val.image_names)
    together = len(train) + len(val) + len(open_split("scenes-cp", "test", small_world))
    assert together == 10 * (211 + 53)


def test_modal_answers_are_most_frequent_up_to_normalising(small_world: Path) -> None:
    found = open_split("scenes", "test", small_world).annotations
    assert found is not None
    for modal, texts in zip(found.modal, found.answers, strict=True):
        plain = [normalise(text) for text in texts]
        assert plain.count(normalise(modal)) >= 4
        assert plain.count(normalise(modal)) >= max(plain.count(text) for text in plain) - 1
