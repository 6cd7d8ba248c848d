"""The task on official files typed by hand: its batches, records and scores, and a run from one command."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
import torch

from scanpath.cli import main
from scanpath.errors import ConfigError, DataError, Interrupted, MissingExtraError
from scanpath.experiments.running import RunConfig, load_run, resume, run_in
from scanpath.metrics.captions import NAMES
from scanpath.tasks.captioning import CaptioningTask
from scanpath.training.evaluation import evaluate

TWENTY = {"steps": 20, "batch_size": 2, "evaluate_every": 10, "device": "cpu", "clip_value": 5.0}


def test_training_leaves_out_captions_without_a_known_word(section: dict[str, Any]) -> None:
    task = CaptioningTask(section)
    batches = task.batches("train", size=2, seed=3)
    assert len(batches.dataset) == 3
    seen = [batch for numbers in batches.sampler for batch in batches.dataset.__getitems__(numbers)]
    assert sorted(len(batch.words) for batch in seen) == [1, 2]
    assert task.remarks("train") == [
        "coco/train has 2 pictures, the official one has 113,287: numbers on it are not those of the literature.",
        "The vocabulary has 3 words, seen at least 2 times in training; they are 63.6 % of the words of coco/train.",
        "2 of the 5 captions of coco/train are left out: no word of them is known.",
        "Captions are scored without METEOR, by words split without Java: the recipe says so.",
    ]


def test_a_split_without_known_words_is_refused(section: dict[str, Any], root: Path) -> None:
    task = CaptioningTask(section)
    words = task.words
    other = json.loads((root / "coco" / "dataset_coco.json").read_text())
    for image in other["images"]:
        for sentence in image["sentences"]:
            sentence["raw"] = "Zebras!"
    (root / "coco" / "dataset_coco.json").write_text(json.dumps(other))
    assert words.vocabulary.words
    task._splits.clear()
    with pytest.raises(DataError, match="no caption of coco/train has one of the 3 words that are known: lower"):
        task.batches("train", size=2, seed=3)


def test_further_beams_are_measured_beside(section: dict[str, Any]) -> None:
    task, alone = CaptioningTask({**section, "beside": [3]}), CaptioningTask({**section, "beam": 3})
    torch.manual_seed(0)
    objective = task.objective()
    found, wanted = evaluate(task, objective, "val", size=2), evaluate(alone, objective, "val", size=2)
    greedy = evaluate(CaptioningTask(section), objective, "val", size=2)
    assert list(found.measures) == [name for name in task.measure_names("val") if "METEOR" not in name]
    for name, value in wanted.measures.items():
        assert found.measures["loss" if name == "loss" else f"beam 3/{name}"] == value
    assert {name: found.measures[name] for name in greedy.measures} == greedy.measures
    assert found.measures["beam 3/BLEU-1"] != found.measures["BLEU-1"]


@pytest.mark.parametrize("size", [1, 2])
def test_a_split_is_described_and_scored(section: dict[str, Any], size: int) -> None:
    task = CaptioningTask({**section, "beam": 2})
    torch.manual_seed(0)
    objective = task.objective()
    found = evaluate(task, objective, "val", size=size)
    assert list(found.records) == ["17", "42"]
    assert task.measure_names("val") == [*NAMES, "loss"]
    assert set(found.measures) == {*NAMES, "loss"} - {"METEOR"}
    assert found.records["42"]["words"] == 3 + 1 + 2 + 1
    known = {"a", "red", "ball"}
    for record in found.records.values():
        assert set(record["caption"].split()) <= known
        assert len(record["caption"].split()) <= 5
    assert [one["image_id"] for one in task.results(found.records)] == [17, 42]


def test_measures_do_not_depend_on_the_batch(section: dict[str, Any]) -> None:
    task = CaptioningTask(section)
    torch.manual_seed(0)
    objective = task.objective()
    one, two = (evaluate(task, objective, "val", size=size) for size in (1, 2))
    assert one.measures == pytest.approx(two.measures, abs=1e-5)
    assert [record["caption"] for record in one.records.values()] == [
        record["caption"] for record in two.records.values()
    ]


def test_what_a_picture_of_another_split_would_score_is_told(section: dict[str, Any]) -> None:
    task = CaptioningTask(section)
    record = {"caption": "a dog", "log_probability": -1.0, "surprise": 1.0, "words": 3}
    with pytest.raises(DataError, match=r"the captions are of 1 image id \(3\) without references"):
        task.measures({"42": record, "17": record, "3": record}, "val")
    with pytest.raises(DataError, match=r"the captions lack 1 image id \(17\) of 2: describe every picture once"):
        task.measures({"42": record}, "val")


def test_missing_programs_are_told_before_training(section: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    task = CaptioningTask({**section, "tokeniser": None})
    assert task.tokeniser == "plain"
    assert task.remarks("train")[-1].endswith(
        "without METEOR, by words split without Java: there is no java on the PATH; install a runtime, such as "
        "Debian's default-jre-headless, for both."
    )
    with pytest.raises(ConfigError, match="there is no java on the PATH"):
        CaptioningTask({**section, "tokeniser": "ptb"}).remarks("train")
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pycocoevalcap" else find(name))
    with pytest.raises(MissingExtraError, match=r"scanpath\[captions\]"):
        task.remarks("train")


def test_one_command_trains_measures_and_is_loaded_without_data(
    section: dict[str, Any], root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [f"task.{key}={json.dumps(value)}" for key, value in section.items() if key != "model"]
    model = [f"task.model.{key}={json.dumps(value)}" for key, value in section["model"].items() if key != "attention"]
    training = [f"training.{key}={json.dumps(value)}" for key, value in TWENTY.items()]
    folder = tmp_path / "run"
    model.append("task.model.coordinates=none")
    with pytest.raises(SystemExit) as left:
        main(
            [
                "train",
                "task.name=captioning",
                *words,
                *model,
                "task.model.coordinates=none",
                *training,
                "--out",
                str(folder),
            ]
        )
    assert left.value.code in (0, None)
    out = capsys.readouterr().out
    assert "The vocabulary has 3 words" in out
    assert "BLEU-4" in out
    assert json.loads((folder / "result.json").read_text())["steps"] == 20
    said = json.loads((folder / "predictions.json").read_text())
    assert [one["image_id"] for one in said] == [17, 42]
    (root / "coco" / "dataset_coco.json").unlink()
    loaded = load_run(folder)
    assert isinstance(loaded.task, CaptioningTask)
    assert loaded.task.words.vocabulary.words == ("red", "a", "ball")


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(
    section: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = RunConfig.parse({"task": {"name": "captioning", **section}, "training": {**TWENTY, "steps": 7}})
    whole = run_in(config, tmp_path / "whole")
    plain, steps = CaptioningTask.batches, []

    def counted(task: CaptioningTask, split: str, **options: Any) -> Any:
        batches = plain(task, split, **options)

        def stopping(items: list[Any]) -> Any:
            steps.append(split)
            if len(steps) == 3:  # in the middle of the second epoch of two batches
                os.kill(os.getpid(), signal.SIGTERM)
            return batches.collate(items)

        return batches._replace(collate=stopping)

    monkeypatch.setattr(CaptioningTask, "batches", counted)
    with pytest.raises(Interrupted):
        run_in(config, tmp_path / "cut")
    assert steps == ["train"] * 3
    monkeypatch.undo()
    again = resume(tmp_path / "cut")
    assert again.measures == whole.measures
    one, other = (load_run(folder).objective.state_dict() for folder in (whole.folder, again.folder))  # type: ignore[attr-defined]
    assert all(torch.equal(one[name], other[name]) for name in one)
