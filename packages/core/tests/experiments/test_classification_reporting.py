"""The page of a classifier tells the error that its predictions make, and the classes that it mistakes most."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath.errors import UnknownNameError
from scanpath.experiments import classification_reporting
from scanpath.experiments.classification_reporting import called, describe_classification
from scanpath.experiments.running import RunConfig, load_run, run
from scanpath.experiments.tables.items import ItemReader
from scanpath.files import read_json
from scanpath.tasks.classification import ModelSettings
from scanpath.testing.files.idx import write_mnist


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("digits")
    random = np.random.default_rng(0)
    for split, count in (("train", 120), ("test", 30)):
        images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        write_mnist(root / "mnist", split, images, np.arange(count, dtype=np.uint8) % 10)
    return root


@pytest.fixture(scope="module")
def config(digits: Path) -> RunConfig:
    task = {
        "name": "classification", "root": str(digits), "augmentation": {"pad": 2},
        "model": {"attention": {"name": "multi_hop", "hops": 2}, "cnn_channels": [5, 7]},
    }  # fmt: skip
    training = {"steps": 3, "batch_size": 31, "evaluate_every": "end", "device": "cpu"}
    return RunConfig.parse({"task": task, "training": training})


def test_from_a_run_to_its_page_and_its_items(
    config: RunConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(config, tmp_path)
    said = read_json(result.folder / "predictions.json")
    wrong = {entry["picture"]: entry["class"] != entry["true"] for entry in said}
    error = 100 * sum(wrong.values()) / len(wrong)
    assert result.measures["error/top1"] == pytest.approx(error)
    page = result.report.read_text()
    assert "multi_hop (hops 2) on mnist" in page
    assert "pad 2" in page
    assert "Pictures and maps" in page
    assert "It is: " in page
    assert "Where the model looked, hop 2" in page

    loaded = load_run(result.folder)
    part = describe_classification(loaded, loaded.task, "val")
    assert part.value.value == pytest.approx(error)
    assert part.value.low <= error <= part.value.high
    groups = part.breakdowns[0].groups
    assert [group.value for group in groups] == sorted((group.value for group in groups), reverse=True)
    assert sum(group.value * group.count for group in groups) == pytest.approx(100 * sum(wrong.values()))
    scores = [example.answered[0].score for example in part.examples]
    assert scores == sorted(scores, reverse=True)
    assert 0 in scores
    for example in part.examples:
        assert wrong[loaded.task.split("val").keys[example.question_id]] == (example.answered[0].score == 0)
    monkeypatch.setattr(classification_reporting, "CLASSES", 3)
    assert describe_classification(loaded, loaded.task, "val").breakdowns[0].groups == groups[:3]

    reader = ItemReader()
    for measure, value in result.measures.items():
        reader.check(config, "val", measure)
        items = reader.read(config, result.folder / "predictions.json", "val", measure)
        assert items.scores.mean() == pytest.approx(value)
        assert (items.scores.shape, items.drawn, items.of) == ((1, len(wrong)), "mnist/val", f"mnist/val {measure}")
        assert len(set(items.groups.tolist())) == len(wrong)
    with pytest.raises(UnknownNameError, match="no measure 'error/top2'; did you mean 'error/top"):
        reader.check(config, "val", "error/top2")
    assert reader.read(config, result.folder / "predictions.json", "val", "error/top2") is None


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({}, "small_cnn"),
        ({"attention": "dot"}, "dot"),
        ({"name": "gated", "scorer": {"name": "conv", "maps": 1}}, "gated with conv"),
        ({"name": "gated", "scorer": None}, "gated"),
    ],
)
def test_a_page_is_called_by_what_looks(model: dict, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelSettings, "check_host", lambda *_: None)
    assert called(ModelSettings.parse(model)) == words
