"""Recipes that train DRAU on the real VQA v2 go through on files of its official form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scanpath.experiments.config import RunConfig
from scanpath.experiments.overrides import override
from scanpath.experiments.running import RunResult, run_in
from scanpath.experiments.shipped import read_recipe
from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.resolving import values_of
from scanpath.features.store import write_store
from scanpath.files import read_json

QUESTIONS = {
    "train2014": """{"info": {"description": "This is v2.0 of the VQA dataset.", "version": "2.0", "year": 2017},
 "task_type": "Open-Ended", "data_type": "mscoco", "license": {"url": "http://creativecommons.org/licenses/by/4.0/"},
 "data_subtype": "train2014", "questions": [
 {"image_id": 9, "question": "Is the food hot?", "question_id": 9000},
 {"image_id": 9, "question": "How many plates?", "question_id": 9001},
 {"image_id": 25, "question": "Is the food hot?", "question_id": 25003}]}""",
    "val2014": """{"info": {}, "task_type": "Open-Ended", "data_type": "mscoco", "license": {},
 "data_subtype": "val2014", "questions": [
 {"image_id": 42, "question": "How many dogs?", "question_id": 42000},
 {"image_id": 42, "question": "Is it hot?", "question_id": 42001}]}""",
}
ANSWERS = {
    "train2014": [(9000, 9, "yes", "yes/no", "is the"), (9001, 9, "2", "number", "how many"),
                  (25003, 25, "no", "yes/no", "is the")],
    "val2014": [(42001, 42, "no", "yes/no", "is it"), (42000, 42, "2", "number", "how many")],
}  # fmt: skip
WORDS = """is 0.5 0.25 -1
the 1 0 0.75
how -0.5 2 1
dogs 3 1 2
"""
FEW = (
    "task.model.embedding_dim=7", "task.model.question_dim=22", "task.model.co_attention.joint_dim=5",
    "task.model.co_attention.hidden_dim=3", "training.batch_size=2", "training.steps=3", "training.evaluate_every=2",
    "training.device=cpu",
)  # fmt: skip
FUSED = ("task.model.fusion={name: mcb, output_dim: 64}",)


def annotation(question: int, image: int, answer: str, kind: str, question_type: str) -> str:
    ten = ", ".join(f'{{"answer": "{answer}", "answer_confidence": "yes", "answer_id": {n}}}' for n in range(1, 11))
    return (
        f'{{"question_type": "{question_type}", "multiple_choice_answer": "{answer}", "answers": [{ten}], '
        f'"image_id": {image}, "answer_type": "{kind}", "question_id": {question}}}'
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "vqa2"
    folder.mkdir()
    for subtype, questions in QUESTIONS.items():
        (folder / f"v2_OpenEnded_mscoco_{subtype}_questions.json").write_text(questions)
        said = ", ".join(annotation(*one) for one in ANSWERS[subtype])
        head = f'"info": {{}}, "license": {{}}, "data_subtype": "{subtype}", "data_type": "mscoco"'
        whole = f'{{{head}, "annotations": [{said}]}}'
        (folder / f"v2_mscoco_{subtype}_annotations.json").write_text(whole)
        pictures = tmp_path / "coco" / subtype
        pictures.mkdir(parents=True)
        for image in {image for _, image, *_ in ANSWERS[subtype]}:
            pixels = np.full((48, 64, 3), 5 * image, dtype=np.uint8)
            Image.fromarray(pixels).save(pictures / f"COCO_{subtype}_{image:012d}.jpg")
    return tmp_path


@pytest.fixture
def vectors(tmp_path: Path) -> str:
    (tmp_path / "glove.txt").write_text(WORDS)
    return f"task.word_vectors.path={tmp_path / 'glove.txt'}"


@pytest.fixture
def boxes(root: Path, tmp_path: Path) -> Path:
    """A store of two regions a picture, as it is imported."""
    images = sorted({image for said in ANSWERS.values() for _, image, *_ in said})
    features = np.random.default_rng(1).random((len(images), 2, 11), np.float32)
    corners = np.tile(np.array([0.1, 0.2, 0.6, 0.7], np.float32), (len(images), 2, 1))
    write_store(tmp_path / "features" / "trainval36", images, features, boxes=corners)
    return tmp_path / "features" / "trainval36"


def test_drau_goes_through_on_official_files(root: Path, vectors: str, tmp_path: Path) -> None:
    few = (*FEW, "task.features=scenes_cnn", "task.model.co_attention.positions=[64, 15]", vectors)
    result = run_in(RunConfig.parse(override(read_recipe("drau"), (*few, f"task.root={root}"))), tmp_path / "run")
    check(result)


@pytest.mark.parametrize("name", ["drau_boxes", "drau_authors"])
def test_boxes_go_through_on_official_files(root: Path, vectors: str, boxes: Path, tmp_path: Path, name: str) -> None:
    few = (*FEW, *FUSED, f"task.features={boxes}", "task.model.co_attention.positions=[2, 15]", vectors)
    result = run_in(RunConfig.parse(override(read_recipe(name), (*few, f"task.root={root}"))), tmp_path / "run")
    check(result)


def check(result: RunResult) -> None:
    assert result.split == "val"
    assert {"accuracy", "accuracy/yes/no", "accuracy/number", "likeness"} <= set(result.measures)
    said = read_json(result.folder / "predictions.json")
    assert {entry["question_id"] for entry in said} == {42000, 42001}
    assert {entry["answer"] for entry in said} <= {"", "yes", "no", "2"}


def test_it_is_visual_genomes_row_of_table_3_without_its_questions() -> None:
    row = as_run("table3", "drau")
    recipe = RunConfig.parse(read_recipe("drau")).plain()
    assert recipe["task"] == {**row["task"], "data": "vqa2", "metric": "official"}
    assert recipe["training"] == {**row["training"], "evaluate_every": 10000}


def test_boxes_are_the_row_of_table_4() -> None:
    row = as_run("table4", "drau_boxes")
    recipe = RunConfig.parse(read_recipe("drau_boxes")).plain()
    fusion = recipe["task"]["model"].pop("fusion")
    assert row["task"]["model"].pop("fusion") == {"name": fusion}
    assert recipe["task"] == {**row["task"], "metric": "official"}
    assert recipe["training"] == {**row["training"], "evaluate_every": 10000}


def as_run(name: str, row: str) -> dict[str, Any]:
    table = find_table("drau", name).settings
    return RunConfig.parse(values_of(table, table.row(row), table.columns[0], "paper", 0)).plain()
