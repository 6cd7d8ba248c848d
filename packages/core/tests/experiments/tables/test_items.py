"""Items of a measure: their mean is the measure, however it was averaged."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

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
    for measure, value in result.measures.items():
        scores, groups, name = reader.read(wanted, predictions, "val", measure)
        assert scores.mean() == pytest.approx(value, abs=0.005)
        assert set(groups.tolist()) <= set(split.image_ids.tolist())
        assert name == f"scenes/val {measure}"
    scores, _, _ = reader.read(wanted, predictions, "val", "accuracy/two-step")
    assert len(scores) == split.annotations.question_types.count("two-step") > 0


def test_a_measure_that_is_not_there_is_named(config) -> None:
    reader = ItemReader()
    reader.check(config(), "test", "accuracy/number")
    with pytest.raises(UnknownNameError, match=r"no measure 'accuracy/numbr'; did you mean 'accuracy/number'"):
        reader.check(config(), "test", "accuracy/numbr")


def test_other_tasks_have_none() -> None:
    other = SimpleNamespace(task=SimpleNamespace(name="toy"))
    assert ItemReader().read(other, Path("none"), "val", "accuracy") is None
    ItemReader().check(other, "val", "anything")
