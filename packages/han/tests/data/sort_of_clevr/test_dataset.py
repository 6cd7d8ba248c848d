from __future__ import annotations

import collections
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.catalogue import damaged_files, dataset_names, describe, make_dataset
from scanpath.errors import ConfigError, DataError
from scanpath.files import read_json, write_json
from scanpath.tasks.vqa import VQATask, prior_records
from scanpath_han.data.sort_of_clevr import ANSWERS
from scanpath_han.data.sort_of_clevr.dataset import SortOfCLEVR
from scanpath_han.data.sort_of_clevr.generation import files_in

TINY = {"images": 7, "val_images": 3, "test_images": 2}


def test_splits_are_read_back_with_ids_of_their_own(small: SortOfCLEVR) -> None:
    splits = [small.open(split) for split in ("train", "val", "test")]
    assert [split.name for split in splits] == ["sort-of-clevr/train", "sort-of-clevr/val", "sort-of-clevr/test"]
    assert [(len(split.image_names), len(split)) for split in splits] == list(small.counts().values())
    ids = np.concatenate([split.question_ids for split in splits])
    assert len(np.unique(ids)) == len(ids) == 20 * (211 + 53 + 61)
    for split in splits:
        assert split.annotations is not None
        assert collections.Counter(split.annotations.question_types) == {
            "relational": len(split) // 2, "non-relational": len(split) // 2,
        }  # fmt: skip
        assert set(split.annotations.modal) <= set(ANSWERS)
        assert set(split.annotations.answer_types) == {"yes/no", "number", "other"}
        assert split.images is not None
        assert split.images.read(split.image_names[int(split.image_ids[-1])]).shape == (75, 75, 3)


def test_what_a_question_is_about_can_be_looked_up(small: SortOfCLEVR) -> None:
    split = small.open("val")
    assert split.grounding is not None
    for number, text in zip(split.question_ids[::7].tolist(), split.questions[::7], strict=True):
        image = int(split.image_ids[split.question_ids == number][0])
        attributes = split.grounding.attributes(image)
        objects = split.grounding.objects_of(number)
        assert attributes[objects[0]]["color"] in text
        pixels = split.grounding.target_mask(number)
        expected = np.isin(split.grounding.masks(image), [place + 1 for place in objects])
        np.testing.assert_array_equal(pixels, expected)


def test_what_can_be_known_without_looking(small: SortOfCLEVR, record_property: Callable[[str, object], None]) -> None:
    """The most common answer of each type and of each wording: a model must beat the second to have looked.

    By the recipe: 50 % of wordings with two answers, 31.25 % of counts (a binomial of 5 others), so 43.75 % of the
    relational ones; val's 1,060 questions a type stray by 1.5.
    """
    train, val = small.open("train"), small.open("val")
    assert train.annotations is not None
    assert val.annotations is not None
    prior = prior_records(train, val)
    by_wording: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for text, answer in zip(train.questions, train.annotations.modal, strict=True):
        by_wording[text][answer] += 1
    right: dict[str, list[tuple[bool, bool]]] = collections.defaultdict(list)
    known = val.annotations
    columns = zip(val.question_ids.tolist(), val.questions, known.modal, known.question_types, strict=True)
    for number, text, answer, kind in columns:
        guess = by_wording[text].most_common(1)[0][0]
        right[kind].append((prior[str(number)]["answer"] == answer, guess == answer))
    shares = {kind: np.mean(found, axis=0) * 100 for kind, found in right.items()}
    for kind, expected in (("relational", 43.75), ("non-relational", 50)):
        of_type, of_wording = shares[kind]
        record_property(
            f"most common answer, {kind}", f"{of_type:.1f} % of the type, {of_wording:.1f} % of the wording"
        )
        assert abs(of_wording - expected) < 7
        assert abs(of_type - 100 / 3) < 7


def test_the_catalogue_knows_it_by_name(tmp_path: Path) -> None:
    assert "sort-of-clevr" in dataset_names()
    assert "run scanpath data make sort-of-clevr" in describe("sort-of-clevr", tmp_path).missing
    folder = make_dataset("sort-of-clevr", tmp_path, workers=1, **TINY)
    assert folder == tmp_path / "sort-of-clevr"
    found = describe("sort-of-clevr", tmp_path)
    assert (found.missing, dict(found.counts)) == ("", {"train": (7, 140), "val": (3, 60), "test": (2, 40)})
    assert damaged_files("sort-of-clevr", tmp_path) == []
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}
    make_dataset("sort-of-clevr", tmp_path, **TINY)
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*")} == before
    with pytest.raises(DataError, match="holds sort-of-clevr made with seed = 0, and seed = 5 was asked for"):
        make_dataset("sort-of-clevr", tmp_path, seed=5, **TINY)
    with pytest.raises(ConfigError, match="sort-of-clevr has no option 'world'; known are images, val_images"):
        make_dataset("sort-of-clevr", tmp_path, world="hard")


def test_damage_is_named(tmp_path: Path) -> None:
    made = SortOfCLEVR(tmp_path)
    made.make(workers=1, **TINY)
    path = files_in(made.folder).questions("val")
    value = read_json(path)
    path.write_text(path.read_text().replace("rectangle", "triangles"))
    assert made.damaged() == ["questions/SortOfCLEVR_val_questions.json"]
    with pytest.raises(DataError, match=r"has 1 answers that its data set does not know \('triangles'\)"):
        made.open("val")
    write_json(path, {**value, "questions": value["questions"][1:]})
    with pytest.raises(DataError, match=r"questions\.json has \d+ bytes, expected \d+: delete the folder and run"):
        made.open("val")
    files_in(made.folder).images("test").unlink()
    with pytest.raises(DataError, match=r"is missing|has \d+ bytes"):
        made.open("test")


def test_a_model_is_trained_on_it_end_to_end(small: SortOfCLEVR) -> None:
    """By name, with words and pictures as they are: what a row of a table does."""
    task = VQATask({"data": "sort-of-clevr", "root": str(small.folder.parent), "features": None, "loss": "mode"})
    assert sorted(task.vocabularies.answers.answers) == sorted(ANSWERS)
    batches = task.batches("train", size=16, seed=0)
    batch = batches.collate(batches.dataset.__getitems__(next(iter(batches.sampler))))
    assert batch.images.shape[1:] == (3, 75, 75)
    objective = task.objective()
    loss, _ = objective(batch)
    loss.backward()
    assert all(parameter.grad is not None for parameter in objective.parameters())
    val = task.split("val")
    assert val.annotations is not None
    right = {str(key): {"answer": text} for key, text in zip(val.question_ids, val.annotations.modal, strict=True)}
    assert task.measures(right, "val")["accuracy"] == 100
    assert {"accuracy/relational", "accuracy/non-relational"} <= set(task.measure_names("val"))
    assert task.scores(right, "val").per_question_type == {"relational": 100, "non-relational": 100}
    assert len(task.fingerprint()["data"]) == 64
