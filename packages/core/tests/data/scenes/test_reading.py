from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.data.catalogue import open_split
from scanpath.data.scenes.layout import Layout
from scanpath.data.vqa_writing import write_results
from scanpath.metrics.answers import normalise
from scanpath.metrics.vqa_files import score_files


@pytest.mark.parametrize("name", ["scenes", "scenes-cp"])
def test_splits_are_whole_and_apart(small_world: Path, name: str) -> None:
    splits = {split: open_split(name, split, small_world) for split in ("train", "val", "test")}
    for one, other in (("train", "val"), ("train", "test"), ("val", "test")):
        assert not set(splits[one].question_ids.tolist()) & set(splits[other].question_ids.tolist())
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


def test_modal_answers_score_at_least_97_by_the_official_metric(small_world: Path, tmp_path: Path) -> None:
    layout = Layout(small_world / "scenes")
    split = open_split("scenes", "train", small_world)
    assert split.annotations is not None
    results = tmp_path / "results.json"
    write_results(results, dict(zip(split.question_ids.tolist(), split.annotations.modal, strict=True)))
    scores = score_files(layout.questions("train"), layout.annotations("train"), results)
    assert scores.overall >= 97
    assert min(scores.per_question_type.values()) >= 97


def test_modal_answers_are_most_frequent_up_to_normalising(small_world: Path) -> None:
    found = open_split("scenes", "test", small_world).annotations
    assert found is not None
    for modal, texts in zip(found.modal, found.answers, strict=True):
        plain = [normalise(text) for text in texts]
        assert plain.count(normalise(modal)) >= 4
        assert plain.count(normalise(modal)) >= max(plain.count(text) for text in plain) - 1
