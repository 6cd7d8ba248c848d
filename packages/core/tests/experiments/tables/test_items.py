"""Items of a measure: their mean is the measure, however it was averaged."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from scanpath.data.catalogue import open_split
from scanpath.errors import UnknownNameError
from scanpath.experiments.running import run
from scanpath.experiments.tables.items import ItemReader


def test_the_mean_of_the_items_is_the_measure(config, world: Path, tmp_path: Path) -> None:
    wanted = config(steps=2)
    result = run(wanted, tmp_path)
    reader, predictions = ItemReader(), result.folder / "predictions.json"
    split = open_split("scenes", "val", world)
    assert result.measures.pop("kept") == 100  # the dot product's softmax sees all regions
    assert result.measures.pop("correctness") > 0
    assert 0 < result.measures.pop("correctness/even") < 100
    for measure in ("kept", "correctness", "correctness/even", "correctness/most", "correctness/least", "likeness"):
        assert reader.read(wanted, predictions, "val", measure) is None
    for measure, value in result.measures.items():
        items = reader.read(wanted, predictions, "val", measure)
        assert items.scores.mean() == pytest.approx(value, abs=0.005)
        assert set(items.groups.tolist()) <= set(split.image_ids.tolist())
        assert (items.of, items.drawn) == (f"scenes/val {measure}", "scenes/val")
    steps = reader.read(wanted, predictions, "val", "accuracy/two-step")
    assert steps.scores.shape[1] == split.annotations.question_types.count("two-step") > 0


def test_a_measure_that_is_not_there_is_named(config) -> None:
    reader = ItemReader()
    for known in ("accuracy/number", "kept"):
        reader.check(config(), "test", known)
    with pytest.raises(UnknownNameError, match=r"no measure 'accuracy/numbr'; did you mean 'accuracy/number'"):
        reader.check(config(), "test", "accuracy/numbr")


def test_a_version_of_the_metric_may_be_asked_for(config, world: Path, tmp_path: Path) -> None:
    """The versions part where few people agree, so each question is given its rarest answer."""
    split = open_split("scenes", "val", world)
    rarest = [min(ten, key=ten.count) for ten in split.annotations.answers]
    said = zip(split.question_ids.tolist(), rarest, strict=True)
    predictions = tmp_path / "predictions.json"
    predictions.write_text(json.dumps([{"question_id": key, "answer": answer} for key, answer in said]))
    wanted, reader = config(), ItemReader()
    own, old, simple = (
        reader.read(wanted, predictions, "val", "accuracy", metric=metric).scores
        for metric in (None, "official", "simple")
    )
    assert np.array_equal(own, old)
    assert not np.array_equal(own, simple)


def test_other_tasks_have_no_items_but_their_measures_are_known() -> None:
    toys = SimpleNamespace(measure_names=lambda split: [f"{split}/1", f"{split}/2", "accuracy"])
    other = SimpleNamespace(task=SimpleNamespace(name="toy"), create_task=lambda: toys)
    reader = ItemReader()
    assert reader.read(other, Path("none"), "val", "accuracy") is None
    for known in ("accuracy", "val/*", "cost/milliseconds"):
        reader.check(other, "val", known)
    with pytest.raises(UnknownNameError, match=r"the split 'val' has no measure 'acuracy'; did you mean 'accuracy'"):
        reader.check(other, "val", "acuracy")
    with pytest.raises(UnknownNameError, match=r"no measure 'at/\*'"):
        reader.check(other, "val", "at/*")
