"""The data sets by name: what a recipe, a table and the command line do."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scanpath.data.catalogue import damaged_files, dataset_names, describe, make_dataset, open_split
from scanpath.tasks.vqa import VQATask
from scanpath_attention_rnn.data.digits import COLORS, INTERVALS
from scanpath_attention_rnn.data.digits.dataset import MREF, MBGInverse
from scanpath_attention_rnn.data.digits.options import VARIANTS

TINY = {"train": 13, "val": 7, "test": 5}


def test_the_catalogue_knows_the_five_by_name(tmp_path: Path, photographs: Path) -> None:
    assert VARIANTS.keys() <= set(dataset_names())
    assert "run scanpath data make mbg-big" in describe("mbg-big", tmp_path).missing
    folder = make_dataset("mbg-big", tmp_path, workers=1, photographs=photographs, **TINY)
    assert folder == tmp_path / "mbg-big"
    found = describe("mbg-big", tmp_path)
    assert (found.missing, {split: asked for split, (_, asked) in found.counts.items()}) == ("", TINY)
    assert damaged_files("mbg-big", tmp_path) == []
    assert len(open_split("mbg-big", "test", tmp_path)) == 5


def test_a_model_is_trained_on_it_end_to_end(mref: MREF) -> None:
    """With words and pictures as they are; accuracies by type are those of the five intervals of scales."""
    task = VQATask({"data": "mref", "root": str(mref.folder.parent), "features": None, "loss": "mode"})
    assert sorted(task.vocabularies.answers.answers) == sorted(COLORS)
    batches = task.batches("train", size=16, seed=0)
    batch = batches.collate(batches.dataset.__getitems__(next(iter(batches.sampler))))
    assert batch.images.shape[1:] == (3, 100, 100)
    objective = task.objective()
    loss, _ = objective(batch)
    loss.backward()
    assert all(parameter.grad is not None for parameter in objective.parameters())
    val = task.split("val")
    assert val.annotations is not None
    right = {str(key): {"answer": text} for key, text in zip(val.question_ids, val.annotations.modal, strict=True)}
    assert task.measures(right, "val")["accuracy"] == 100
    seen = set(val.annotations.question_types)
    assert len(seen) >= 3
    assert task.scores(right, "val").per_question_type == dict.fromkeys(seen, 100)
    assert {f"accuracy/{name}" for name in seen} <= set(task.measure_names("val"))
    assert seen <= set(INTERVALS)


def test_answers_of_the_inverse_are_the_ten_digits(inverse: MBGInverse) -> None:
    task = VQATask({"data": "mbg-inverse", "root": str(inverse.folder.parent), "features": None, "loss": "mode"})
    assert sorted(task.vocabularies.answers.answers) == list("0123456789")
    split = task.split("val")
    assert np.isin(split.questions, list(COLORS)).all()
