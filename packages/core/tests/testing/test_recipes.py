from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.experiments.running import RunResult
from scanpath.files import write_json
from scanpath.testing import ContractError, recipes
from scanpath.testing.recipes import check_vqa2_recipe, recipe_as_run

FEW = (
    "task.data=vqa2", "task.model.region_dim=5", "task.model.embedding_dim=3", "task.model.question_dim=7",
    "training.steps=2", "training.batch_size=2", "training.evaluate_every=end", "training.device=cpu",
)  # fmt: skip


def test_a_recipe_goes_through(tmp_path: Path) -> None:
    result = check_vqa2_recipe("scenes", FEW, tmp_path)
    assert (result.folder, result.samples) == (tmp_path / "run", 3)


@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        ({"split": "train"}, "is measured on 'train'; let it be on 'val'"),
        ({"measures": {"accuracy", "accuracy/yes/no", "likeness"}}, "does not measure 'accuracy/number'; look"),
        ({"measures": {*recipes.MEASURES}}, "does not measure 'likeness'; look"),
        ({"answers": {42001: "no"}}, "answers 42001, not 42000, 42001; answer each question"),
        ({"answers": {}}, "answers nothing, not 42000, 42001"),
        ({"answers": {42000: "2", 42001: "dog"}}, "answers 'dog'; nobody gave such an answer"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: dict, sentence: str) -> None:
    came = {"split": "val", "measures": {*recipes.MEASURES, "likeness"}, "answers": {42000: "2", 42001: "no"}, **spoilt}

    def run_in(config: object, folder: Path) -> RunResult:
        said = [{"question_id": number, "answer": answer} for number, answer in came["answers"].items()]
        write_json(folder / "predictions.json", said)
        measures = dict.fromkeys(came["measures"], 0.5)
        return RunResult(folder, came["split"], measures, 1.0, 4, reused=False, report=folder / "report.html")

    monkeypatch.setattr(recipes, "run_in", run_in)
    with pytest.raises(ContractError, match=f"The recipe 'scenes' {sentence}"):
        check_vqa2_recipe("scenes", FEW, tmp_path, measures=["likeness"])


def test_a_recipe_resolves_with_its_defaults() -> None:
    found = recipe_as_run("scenes")
    assert found["training"]["samples"] == 240000
    assert found["task"]["metric"] == "official"
