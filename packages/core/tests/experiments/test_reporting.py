"""The page of a run says what its files say, for any task; for questions it shows answers and maps."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from scanpath.data.catalogue import open_split
from scanpath.errors import MissingExtraError
from scanpath.experiments import reporting, running
from scanpath.experiments.loading import LoadedRun, load_run
from scanpath.experiments.reporting import build_content, write_report
from scanpath.experiments.running import resume, run_in
from scanpath.experiments.vqa_reporting import TaskPart
from scanpath.report.run_content import Sheet
from scanpath.report.wording import LEGEND
from scanpath.training.run_folder import RunFolder
from scanpath.training.trainer import FitResult, Trainer

FITTED = FitResult(
    steps=5, samples=155, best=3, measures={}, seconds=0.5, evaluation_seconds=200.0, waiting=0.125, reason="budget"
)


class Toy:
    """A task without pictures, of which a page knows nothing but the protocol."""

    name = "toy"
    headline = "distance"
    higher_is_better = False

    def remarks(self, split: str) -> list[str]:
        return [f"{split} is <small>."]


class Telling(Toy):
    """One that says itself what its page shows."""

    def describe(self, run: LoadedRun, split: str) -> TaskPart:
        sheet = Sheet(title="Edits", words="Drawn.", pixels=np.zeros((2, 3, 3), np.uint8))
        return TaskPart(title=f"Edits of {split}", facts={"Data": run.folder.path.name}, sheets=(sheet,))


def test_a_task_of_a_package_says_what_its_page_shows(config, tmp_path: Path) -> None:
    run = dataclasses.replace(toy_run(config, tmp_path / "run", []), task=Telling())
    content = build_content(run, FITTED, split="val", measures={"distance": 0.5})
    assert content.title == "Edits of val"
    assert content.sections["Task"] == {"Task": "toy", "Data": "run", "Parameters": "20"}
    assert [sheet.title for sheet in content.sheets] == ["Edits"]
    write_report(run, FITTED, split="val", measures={"distance": 0.5})
    assert 'alt="Drawn."' in run.folder.report_path.read_text()


def toy_run(config, folder: Path, records: list[dict]) -> LoadedRun:
    opened = RunFolder.create(folder, config().plain())
    for record in records:
        opened.add_metrics(record)
    return LoadedRun(opened, config(), Toy(), torch.nn.Linear(3, 5))


def trained(step: int, **values: float | None) -> dict:
    return {"split": "train", "step": step, "samples": 31 * step, "seconds": step / 2, "waiting": 0.25, **values}


def test_any_task_has_a_page(config, tmp_path: Path) -> None:
    records = [
        trained(1, **{"g/loss": 3.0, "d/loss": None}),
        trained(2, **{"g/loss": 2.0, "d/loss": 7.0}),
        {"split": "val", "step": 2, "samples": 62, "seconds": 1.0, "distance": 0.5},
    ]
    run = toy_run(config, tmp_path / "run", records)
    content = build_content(run, FITTED, split="val", measures={"distance": 0.5, "other": 2.0})
    assert (content.measure, content.value.value, content.unit, content.split) == ("distance", 0.5, "", "val")
    assert content.examples == content.breakdowns == ()
    assert content.warnings == ("train is <small>.",)
    found = {trace.name: (trace.samples, trace.seconds, trace.values) for trace in content.traces}
    assert found == {
        "g/loss, training": ((31, 62), (0.5, 1.0), (3.0, 2.0)),
        "d/loss, training": ((62,), (1.0,), (7.0,)),
        "distance, val": ((62,), (1.0,), (0.5,)),
        "waiting for data, %": ((31, 62), (0.5, 1.0), (25.0, 25.0)),
    }
    assert content.sections["Task"] == {"Task": "toy", "Parameters": "20"}
    training = content.sections["Training"]
    assert training["Budget"] == "5 steps in batches of 31, fp32"
    assert training["Ended"] == "after 5 steps, by its budget; best checkpoint at step 3"
    assert training["Time"] == "0.5 s of training, 3 min of evaluations"
    assert training["Waiting for data"] == "12.5% of training"
    assert content.config == (run.folder.path / "config.yaml").read_text()
    write_report(run, FITTED, split="val", measures={"distance": 0.5})
    assert "train is &lt;small&gt;." in run.folder.report_path.read_text()


def test_long_curves_are_averaged(config, tmp_path: Path) -> None:
    count = 2 * reporting.POINTS
    run = toy_run(config, tmp_path / "run", [trained(step, loss=float(step)) for step in range(count)])
    fitted = dataclasses.replace(FITTED, waiting=float("nan"))
    content = build_content(run, fitted, split="val", measures={"distance": 0.5})
    loss = content.traces[0]
    assert len(loss.samples) == len(loss.seconds) == len(loss.values) == reporting.POINTS
    assert loss.values[:2] == (0.5, 2.5)
    assert content.sections["Training"]["Waiting for data"] == "not measured"


@pytest.mark.parametrize(
    ("commit", "words"),
    [("abc", "abc"), ("abc+", "abc (with changes that are not committed)"), (None, "unknown: not run from a git tree")],
)
def test_the_machine_is_named(config, tmp_path: Path, commit: str | None, words: str) -> None:
    run = toy_run(config, tmp_path / "run", [])
    machine = run.folder.environment
    (run.folder.path / "env.json").write_text(json.dumps({**machine, "commit": commit, "accelerator": "A <GPU>"}))
    facts = build_content(run, FITTED, split="val", measures={"distance": 0.5}).sections["Machine"]
    assert facts["Commit"] == words
    assert facts["Accelerator"] == "A <GPU>"
    assert f"torch {torch.__version__.split('+')[0]}" in facts["Versions"]


def test_a_run_of_questions_shows_scores_answers_and_maps(config, world: Path, tmp_path: Path) -> None:
    wanted = config(model={"attention": {"name": "multi_hop", "hops": 3}})
    result = run_in(wanted, tmp_path / "run")
    page = result.report.read_text()
    assert result.report == tmp_path / "run" / "report.html"
    assert "multi_hop (hops 3) on scenes" in page
    assert "correctness/even" in page, "Scenes tell which object is asked about"
    loaded = load_run(result.folder)
    fitted = Trainer(loaded.task, wanted.training, loaded.folder).fit()
    content = build_content(loaded, fitted, split="val", measures=result.measures)
    split = open_split("scenes", "val", world)
    assert content.split == f"{len(split)} questions of scenes/val"
    assert content.value.value == result.measures["accuracy"]
    assert content.value.low <= content.value.value <= content.value.high
    by_answer, by_question = content.breakdowns
    assert {f"accuracy/{group.name}": group.value for group in by_answer.groups} == {
        name: value for name, value in result.measures.items() if name.startswith("accuracy/")
    }
    kinds = split.annotations.question_types
    assert {group.name: group.count for group in by_question.groups} == {kind: kinds.count(kind) for kind in kinds}
    said = {
        entry["question_id"]: entry["answer"] for entry in json.loads((result.folder / "predictions.json").read_text())
    }
    scorer = loaded.task.scorer("val")
    assert content.examples
    for example in content.examples:
        (answered,) = example.answered
        assert answered.prediction == said[example.question_id]
        assert answered.score == scorer.accuracy(example.question_id, answered.prediction)
        assert answered.names == ("hop 1", "hop 2", "hop 3")
        assert answered.maps.shape == (3, 8, 8)
        np.testing.assert_allclose(answered.maps.sum((1, 2)), 1, atol=1e-5)
        row = split.question_ids.tolist().index(example.question_id)
        assert example.question == split.questions[row]
        assert set(example.answers) == set(split.annotations.answers[row])


def test_maps_of_a_hard_choice_are_masks_on_the_page_of_a_run(config, tmp_path: Path, left_half: str) -> None:
    result = run_in(config(model={"attention": left_half}), tmp_path / "run")
    content = build_content(load_run(result.folder), FITTED, split="val", measures=result.measures)
    answered = [one for example in content.examples for one in example.answered]
    assert {one.kind for one in answered} == {"hard"}
    assert all((one.maps[0, :, :4] == 1).all() and (one.maps[0, :, 4:] == 0).all() for one in answered)
    page = result.report.read_text()
    assert LEGEND["hard"] in page
    assert LEGEND["soft"] not in page


def test_a_missing_page_is_written_later_and_a_hindrance_is_said(
    config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hindered(*_: object, **__: object) -> None:
        raise MissingExtraError("drawing needs 'matplotlib'.")

    said: list[str] = []
    monkeypatch.setattr(running, "write_report", hindered)
    result = run_in(config(), tmp_path / "run", progress=said.append)
    assert result.measures["accuracy"] > 0
    assert not result.report.exists()
    expected = "report.html was not written: drawing needs 'matplotlib'."
    assert said[-1].endswith(expected)
    assert expected in (tmp_path / "run" / "log.txt").read_text()
    monkeypatch.undo()
    resume(tmp_path / "run")
    assert result.report.exists()


def test_other_processes_write_no_page_and_no_remarks(config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_in(config(), tmp_path / "run")
    (tmp_path / "run" / "report.html").unlink()
    monkeypatch.setenv("RANK", "1")
    resume(tmp_path / "run")
    assert not (tmp_path / "run" / "report.html").exists()
