"""Recipes that train DRAU on the real VQA v2 go through on files of its official form, and are rows of the tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath.features.store import write_store
from scanpath.testing.files.vqa2 import IMAGES
from scanpath.testing.recipes import SAID, check_vqa2_recipe, recipe_as_run
from scanpath.testing.tables import row_as_run

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


@pytest.fixture
def vectors(tmp_path: Path) -> str:
    (tmp_path / "glove.txt").write_text(WORDS)
    return f"task.word_vectors.path={tmp_path / 'glove.txt'}"


@pytest.fixture
def boxes(tmp_path: Path) -> Path:
    """A store of two regions a picture, as it is imported."""
    features = np.random.default_rng(1).random((len(IMAGES), 2, 11), np.float32)
    corners = np.tile(np.array([0.1, 0.2, 0.6, 0.7], np.float32), (len(IMAGES), 2, 1))
    write_store(tmp_path / "features" / "trainval36", IMAGES, features, boxes=corners)
    return tmp_path / "features" / "trainval36"


def test_drau_goes_through_on_official_files(vectors: str, tmp_path: Path) -> None:
    few = (*FEW, "task.features=scenes_cnn", "task.model.co_attention.positions=[64, 15]", vectors)
    check_vqa2_recipe("drau", few, tmp_path, measures=["likeness"], answers={"", *SAID})


@pytest.mark.parametrize("name", ["drau_boxes", "drau_authors"])
def test_boxes_go_through_on_official_files(vectors: str, boxes: Path, tmp_path: Path, name: str) -> None:
    few = (*FEW, *FUSED, f"task.features={boxes}", "task.model.co_attention.positions=[2, 15]", vectors)
    check_vqa2_recipe(name, few, tmp_path, measures=["likeness"], answers={"", *SAID})


def test_it_is_visual_genomes_row_of_table_3_without_its_questions() -> None:
    row, recipe = row_as_run("drau", "table3", "drau"), recipe_as_run("drau")
    assert recipe["task"] == {**row["task"], "data": "vqa2", "metric": "official"}
    assert recipe["training"] == {**row["training"], "evaluate_every": 10000}


def test_boxes_are_the_row_of_table_4() -> None:
    row, recipe = row_as_run("drau", "table4", "drau_boxes"), recipe_as_run("drau_boxes")
    fusion = recipe["task"]["model"].pop("fusion")
    assert row["task"]["model"].pop("fusion") == {"name": fusion}
    assert recipe["task"] == {**row["task"], "metric": "official"}
    assert recipe["training"] == {**row["training"], "evaluate_every": 10000}
