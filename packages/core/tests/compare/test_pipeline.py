"""What all rows of a comparison share, on a world of a few pictures."""

from __future__ import annotations

import collections
import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from scanpath.compare import pipeline as module
from scanpath.compare.answered import read_answered
from scanpath.compare.pipeline import Pipeline, row_cost
from scanpath.compare.settings import CompareSettings, load_settings
from scanpath.data.split import VQAAnnotations
from scanpath.errors import DataError, ScanpathError


@pytest.fixture(scope="module")
def settings() -> CompareSettings:
    sizes = {"images": 13, "val_images": 3, "test_images": 5, "questions": 11, "seed": 7}
    return load_settings("smoke", {f"data_options.{name}": size for name, size in sizes.items()})


@pytest.fixture(scope="module")
def pipeline(settings: CompareSettings, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    torch.set_num_threads(1)
    told: list[str] = []
    made = Pipeline(settings, tmp_path_factory.mktemp("c"), None, told.append)
    assert told[0] == "data: scenes"
    assert len(told) == len(set(told)), "each stage is told once"
    return made


@pytest.mark.parametrize(
    ("mechanism", "reason"),
    [
        ("dot:hops=3", "hops"),
        ("multi_hop:hops=0", r"the row 'multi_hop.hops=0' cannot be built: .*hops"),
        ("multi_hop:hops=x", r"the row 'multi_hop.hops=x' cannot be built"),
        ("independent:regions=dto", "'dto'; did you mean 'dot'"),
    ],
)
def test_what_cannot_be_built_is_said_before_data_are_made(
    settings: CompareSettings, tmp_path: Path, mechanism: str, reason: str
) -> None:
    told: list[str] = []
    with pytest.raises(ScanpathError, match=reason):
        Pipeline(settings.model_copy(update={"chosen": [mechanism]}), tmp_path, None, told.append)
    assert told == []
    assert list(tmp_path.iterdir()) == []


def row_of(pipeline: Pipeline, name: str):
    return next(row for row in pipeline.settings.rows() if row.id == name)


def test_data_of_its_own_lie_in_its_folder(pipeline: Pipeline) -> None:
    assert pipeline.root == pipeline.folder / "data"
    assert (pipeline.root / "scenes").is_dir()
    assert len(pipeline.task.split("test")) == 5 * 11
    assert len(pipeline.checksum) == 64


def test_jobs(pipeline: Pipeline) -> None:
    dot = pipeline.job(row_of(pipeline, "dot"), 3, rung=False)
    assert (dot.row, dot.seed, dot.looks, dot.folder) == ("dot", 3, True, pipeline.folder)
    assert dot.config["seed"] == 3
    assert dot.config["task"]["root"] == str(pipeline.root)
    assert dot.config["task"]["model"]["attention"] == row_of(pipeline, "dot").attention
    assert dot.key == pipeline.config(row_of(pipeline, "dot"), 3).key()
    keys = {
        pipeline.job(row_of(pipeline, name), seed, rung=True).key for name in ("dot", "sum", "mean") for seed in (3, 5)
    }
    assert len(keys) == 6
    assert not pipeline.job(row_of(pipeline, "sum"), 3, rung=True).looks, "maps of rungs are not measured"
    assert not pipeline.job(row_of(pipeline, "question_only"), 3, rung=False).looks


def official(answers: tuple[str, ...], said: str) -> float:
    """Credit of one answer: over the ten, how many of the nine others agree, three being enough."""
    others = [answers[:place] + answers[place + 1 :] for place in range(len(answers))]
    return sum(min(1, nine.count(said) / 3) for nine in others) / len(others)


def test_the_ceiling_is_the_score_of_the_most_common_answers(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = tuple("bcdefghi")
    truth = VQAAnnotations(
        question_types=["t"] * 3,
        answer_types=["other"] * 3,
        modal=["red", "blue", "4"],
        answers=[("red", "red", *others), ("blue",) * 3 + others[:7], ("4",) * 10],
    )
    split = pipeline.task.split("test").take([0, 1, 2])
    monkeypatch.setattr(pipeline.task, "split", lambda name: dataclasses.replace(split, annotations=truth))
    # two of ten: (2 * 1/3 + 8 * 2/3) / 10; three of ten: (3 * 2/3 + 7 * 1) / 10; all
    assert pipeline.ceiling() == pytest.approx(100 * (0.6 + 0.9 + 1) / 3, abs=0.01)


def test_the_prior_says_what_training_says_most_for_the_type(pipeline: Pipeline) -> None:
    pipeline.answer_by_prior(row_of(pipeline, "prior"))
    path = pipeline.folder / "rows" / "prior" / "seed0.csv"
    answered = read_answered(path)
    train, test = (pipeline.task.split(name).annotations for name in ("train", "test"))
    said = []
    for kind in test.question_types:
        counts = collections.Counter(a for a, k in zip(train.modal, train.question_types, strict=True) if k == kind)
        said.append(min(counts, key=lambda answer: (-counts[answer], answer)))
    assert answered.prediction == said
    expected = [official(answers, answer) for answers, answer in zip(test.answers, said, strict=True)]
    assert answered.score == pytest.approx(expected, abs=1e-5)
    assert answered.maps == ()
    assert 0 < answered.one_object.sum() < 55
    facts = json.loads(path.with_suffix(".json").read_text())
    assert facts["parameters"] == 0
    before = path.stat().st_mtime_ns
    pipeline.answer_by_prior(row_of(pipeline, "prior"))
    assert path.stat().st_mtime_ns == before


def test_answers_that_are_not_public_are_refused(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = dataclasses.replace(pipeline.task.split("test"), annotations=None)
    monkeypatch.setattr(pipeline.task, "split", lambda name: secret)
    with pytest.raises(DataError, match=r"has no annotations: rows cannot be compared on it"):
        pipeline.scorer()


def test_costs_are_measured_on_a_training_batch_and_kept(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[list[str]] = []

    def measure(models: dict, repeats: int) -> dict:
        measured.append(list(models))
        for model, (images, tokens, index, mask, boxes) in models.values():
            assert model.training
            assert images.dtype == torch.float32
            assert images.shape[1:] == (8, 8, 64)
            assert len(tokens) == len(index) <= pipeline.settings.training["batch_size"]
            assert index.max() == len(images) - 1
            assert mask is None
            assert boxes is None
        return {name: SimpleNamespace(milliseconds=2.5, flops=17, peak_bytes=19) for name in models}

    job = pipeline.job(row_of(pipeline, "dot"), 0, rung=False)
    job.facts_path.parent.mkdir(parents=True, exist_ok=True)
    job.facts_path.write_text(json.dumps({"folder": "runs/x"}))
    loaded = SimpleNamespace(objective=SimpleNamespace(model=torch.nn.Linear(2, 3).eval()))
    monkeypatch.setattr(module, "load_run", lambda folder: loaded)
    monkeypatch.setattr(module, "measure_costs", measure)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    expected = {"dot": {"milliseconds": 2.5, "flops": 17, "peak_bytes": 19}}
    assert pipeline.costs({"dot": job}) == expected
    assert pipeline.costs({"dot": job}) == expected
    assert measured == [["dot"]], "the second time they are read"
    pipeline.costs({"dot": dataclasses.replace(job, key="another")})
    assert len(measured) == 2


def test_the_cost_of_a_row(settings: CompareSettings) -> None:
    rows = {row.id: row for row in settings.rows()}
    facts = [{"parameters": 23, "seconds": 3.0}, {"parameters": 23, "seconds": 4.0}, {"parameters": 23}]
    cost = row_cost(settings, rows["sum"], facts, {"flops": 5, "milliseconds": 7.0, "peak_bytes": 11})
    assert (cost.parameters, cost.seconds, cost.depth) == (23, 3.5, 2)
    assert (cost.flops, cost.milliseconds, cost.peak_bytes) == (5, 7.0, 11)
    blind = row_cost(settings, rows["question_only"], [{"parameters": 2}], {})
    assert (blind.seconds, blind.depth, blind.flops) == (None, None, None)
