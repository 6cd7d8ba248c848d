"""The recipe that trains MCB with AttentionRNN on the real VQA v2 goes through on files of its official form."""

from __future__ import annotations

from pathlib import Path

from scanpath.testing.recipes import check_vqa2_recipe, recipe_as_run
from scanpath.testing.tables import row_as_run

FEW = (
    "task.features=scenes_cnn", "task.model.embedding_dim=7", "task.model.question_dim=22", "task.model.fusion_dim=64",
    "task.model.attention.hidden=3", "task.model.attention.fused={name: mcb, output_dim: 64}",
    "training.batch_size=2", "training.epochs=2", "training.device=cpu",
)  # fmt: skip


def test_it_goes_through_on_official_files(tmp_path: Path) -> None:
    check_vqa2_recipe("mcb_arnn", FEW, tmp_path)


def test_it_is_the_last_row_of_table_5() -> None:
    assert recipe_as_run("mcb_arnn") == row_as_run("attention_rnn", "table5", "mcb_arnn")
