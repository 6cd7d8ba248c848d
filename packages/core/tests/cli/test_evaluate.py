"""``scanpath evaluate``: what it prints and writes is what the metric says of the predictions it writes."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from scanpath.cli import main
from scanpath.data.catalogue import open_pairs, open_split
from scanpath.data.scenes.layout import Layout
from scanpath.experiments import running
from scanpath.experiments.loading import LoadedRun
from scanpath.tasks.vqa.targets import Targets


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def evaluated(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = 0
    try:
        main(["evaluate", *map(str, words)])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


def simple_accuracy(answers: tuple[str, ...], said: str) -> float:
    return min(1.0, answers.count(said) / 3)


def test_numbers_are_those_of_the_written_predictions(
    trained_folder: Path, run_world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "scores.json"
    words = (trained_folder, "--split", "test", "--metric", "simple", "--json", out)
    code, said, _ = evaluated(capsys, *words)
    assert code == 0
    predictions = trained_folder / "predictions.test.json"
    assert said.splitlines()[-1] == f"predictions: {predictions}"

    split = open_split("scenes", "test", run_world)
    given = {entry["question_id"]: entry["answer"] for entry in json.loads(predictions.read_text())}
    assert list(given) == sorted(split.question_ids.tolist())
    credits = [
        simple_accuracy(answers, given[key])
        for key, answers in zip(split.question_ids.tolist(), split.annotations.answers, strict=True)
    ]
    overall = 100 * sum(credits) / 77
    assert said.splitlines()[0] == f"overall {overall:.2f} % of 77 questions of test, metric simple"
    kinds = split.annotations.answer_types
    numbers = [credit for credit, kind in zip(credits, kinds, strict=True) if kind == "number"]
    assert ["number", f"{100 * sum(numbers) / len(numbers):.2f}"] in [line.split() for line in said.splitlines()]
    written = json.loads(out.read_text())
    assert len(written["per_question"]) == 77
    pairs = open_pairs("scenes", "test", run_world)
    assert pairs is not None
    by_id = dict(zip(split.question_ids.tolist(), credits, strict=True))
    smaller = [min(by_id[one], by_id[other]) for one, other in pairs.ids.tolist()]
    same = [given[one] == given[other] for one, other in pairs.ids.tolist()]
    assert written["complementary_pairs"] == {
        "pairs": len(smaller),
        "both_right": pytest.approx(100 * sum(smaller) / len(smaller), abs=0.005),
        "same_answer": pytest.approx(100 * sum(same) / len(same), abs=0.005),
    }
    shown = [line.split() for line in said.splitlines()]
    assert [f"{len(smaller)}", "complementary", "pairs", "share"] in shown
    assert ["both", "right", f"{100 * sum(smaller) / len(smaller):.2f}"] in shown
    assert written["overall"] == pytest.approx(overall, abs=0.01)
    assert "per_family" not in written, "Scenes tell none"
    lines = [line.split() for line in said.splitlines()]
    assert ["the", "model's", "maps", f"{written['looking']['correctness']:.2f}"] in lines
    targets = Targets(split)
    assert written["looking"]["correctness/even"] == pytest.approx(100 * np.nanmean(targets.area), abs=1e-3)
    assert 0 < written["looking"]["correctness"] < 100


def test_the_split_of_training_keeps_the_predictions_of_its_best_checkpoint(
    trained_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of_training = json.loads((trained_folder / "predictions.json").read_text())
    measured = json.loads((trained_folder / "result.json").read_text())["measures"]["val"]["accuracy"]
    code, said, _ = evaluated(capsys, trained_folder)
    assert code == 0
    assert said.startswith(f"overall {measured:.2f} % of 55 questions of val, metric official\n")
    assert json.loads((trained_folder / "predictions.json").read_text()) == of_training

    code, said, _ = evaluated(capsys, trained_folder, "--checkpoint", "last")
    assert (code, said.splitlines()[-1]) == (0, f"predictions: {trained_folder / 'predictions.last.json'}")
    assert json.loads((trained_folder / "predictions.json").read_text()) == of_training


def test_a_split_without_public_answers_gives_predictions_alone(
    trained_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def closed(*words: object) -> object:
        return dataclasses.replace(open_split(*words), annotations=None)

    monkeypatch.setattr("scanpath.tasks.vqa.task.open_split", closed)
    predictions = trained_folder / "predictions.test.json"
    predictions.unlink(missing_ok=True)
    code, said, _ = evaluated(capsys, trained_folder, "--split", "test")
    assert code == 0
    assert said.splitlines() == [
        "the answers of test are not public: 77 predictions, no scores",
        f"predictions: {predictions}",
    ]
    assert [set(entry) for entry in json.loads(predictions.read_text())] == [{"question_id", "answer"}] * 77

    code, _, err = evaluated(capsys, trained_folder, "--split", "test", "--json", tmp_path / "scores.json")
    assert (code, err.count("\n")) == (2, 1)
    assert "are not public" in err


def test_a_broken_file_of_pairs_is_told_before_anything_is_evaluated(
    trained_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pairs.json").write_text("[[3]]")
    monkeypatch.setattr(Layout, "pairs", lambda *_: tmp_path / "pairs.json")
    monkeypatch.setattr(running.LoadedRun, "evaluate", lambda *_, **__: pytest.fail("it was evaluated"))
    code, out, err = evaluated(capsys, trained_folder)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "pairs.json: entry number 0 is [3], expected two question ids" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere",), "nowhere holds no run"),
        (("nowhere", "--checkpoint", "bset"), "there is no checkpoint 'bset'; did you mean 'best'?"),
        (("nowhere", "--checkpoint", "7"), "there is no checkpoint '7'; there are best and last."),
        (("nowhere", "--metric", "offical"), "there is no VQA metric 'offical'; did you mean 'official'"),
    ],
)
def test_mistakes_are_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = evaluated(capsys, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"scanpath: {sentence}")


def test_an_unknown_split_is_one_sentence(trained_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = evaluated(capsys, trained_folder, "--split", "tset")
    assert (code, err) == (2, "scanpath: there is no split 'tset' of scenes; did you mean 'test'?\n")


def test_a_run_of_another_task_tells_its_measures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = {"a": {"rank": 0}, "b": {"rank": 3}}
    task = SimpleNamespace(name="sorting", results=list, further_results=lambda records: {"sorted": len(records)})
    folder = SimpleNamespace(path=tmp_path, predictions_path=tmp_path / "predictions.json")
    config = SimpleNamespace(training=SimpleNamespace(evaluation_split="val"))
    foreign = LoadedRun(folder, config, task, None)
    measured = SimpleNamespace(records=records, measures={"error/top1": 50.0})
    monkeypatch.setattr(LoadedRun, "evaluate", lambda self, split: measured)
    monkeypatch.setattr(running, "load_run", lambda folder, checkpoint: foreign)
    code, said, _ = evaluated(capsys, "theirs", "--split", "test", "--json", tmp_path / "scores.json")
    assert (code, said.splitlines()[0]) == (0, "sorting on 2 items of test")
    assert ["error/top1", "50.00"] in [line.split() for line in said.splitlines()]
    assert json.loads((tmp_path / "predictions.test.json").read_text()) == ["a", "b"]
    assert json.loads((tmp_path / "predictions.test.sorted.json").read_text()) == 2
    assert "predictions.test.sorted.json" in said
    assert json.loads((tmp_path / "scores.json").read_text()) == {"items": 2, "measures": {"error/top1": 50.0}}

    code, _, err = evaluated(capsys, "theirs", "--metric", "simple")
    assert code == 2
    assert err == (
        "scanpath: --metric simple is of answers to questions, and theirs is a run of 'sorting': leave it out.\n"
    )
