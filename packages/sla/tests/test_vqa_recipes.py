"""The recipe that trains the twin stream on the real VQA v2 goes through on files of its official form."""

from __future__ import annotations

from pathlib import Path

from scanpath.testing.recipes import check_vqa2_recipe, recipe_as_run
from scanpath.testing.tables import row_as_run

FEW = (
    "task.features=scenes_cnn", "task.model.embedding_dim=7", "task.model.question_dim=22", "task.model.hidden_dim=19",
    "task.model.co_attention.hidden_dim=11", "task.model.co_attention.positions=64",
    "training.batch_size=2", "training.epochs=2", "training.device=cpu",
)  # fmt: skip


def test_it_goes_through_on_official_files(tmp_path: Path) -> None:
    check_vqa2_recipe("twin_stream", FEW, tmp_path)


def test_it_is_the_last_row_of_table_1() -> None:
    assert recipe_as_run("twin_stream") == row_as_run("sla", "table1", "sla")
