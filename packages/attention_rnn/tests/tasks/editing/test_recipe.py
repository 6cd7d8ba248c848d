"""The recipe for the real CelebA goes through on files of its official form, typed by hand, from one command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath.data.images import encode_png
from scanpath.experiments.config import RunConfig
from scanpath.experiments.overrides import override
from scanpath.experiments.running import run_in
from scanpath.experiments.shipped import read_recipe
from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.resolving import values_of
from scanpath.files import read_json
from scanpath.training.run_folder import RunFolder

#: Seven of the forty attributes; a head without a colour, one with two; runs of spaces, a space behind the names.
ATTRIBUTES = """\
9
5_o_Clock_Shadow Black_Hair Blond_Hair Brown_Hair Male Smiling Young \n000001.jpg -1  1 -1 -1  1 -1  1
000002.jpg -1 -1  1 -1 -1  1  1
000003.jpg -1 -1 -1  1 -1 -1  1
000004.jpg  1 -1 -1 -1  1  1 -1
000005.jpg -1  1 -1  1 -1 -1  1
000006.jpg -1 -1  1 -1  1  1  1
000007.jpg -1  1 -1 -1 -1 -1  1
000008.jpg -1 -1 -1  1  1  1  1
000009.jpg -1  1 -1 -1  1 -1 -1
"""
FEW = (
    "training.steps=2", "training.batch_size=3", "training.device=cpu", "task.model.width=2", "task.model.blocks=1",
    "task.model.critic_width=2", "task.model.critic_layers=4", "task.side=16", "task.model.scorer.name=attention_rnn",
    "task.model.scorer.hidden=3",
)  # fmt: skip


@pytest.fixture
def celeba(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "celeba"
    (folder / "img_align_celeba").mkdir(parents=True)
    (folder / "list_attr_celeba.txt").write_text(ATTRIBUTES)
    parts = "".join(f"{number:06d}.jpg 0\n" for number in range(1, 10))
    (folder / "list_eval_partition.txt").write_text(parts)
    for number in range(1, 10):
        pixels = np.random.default_rng(number).integers(0, 256, (218, 178, 3), dtype=np.uint8)
        (folder / "img_align_celeba" / f"{number:06d}.jpg").write_bytes(encode_png(pixels, "a test"))
    return folder.parent


def test_it_goes_through_on_official_files(celeba, tmp_path, monkeypatch):
    monkeypatch.setattr("scanpath.data.celeba.STARGAN_TEST", 2)
    folder, told = tmp_path / "run", []
    config = RunConfig.parse(override(read_recipe("modular_gan"), (*FEW, f"task.root={celeba}")))
    result = run_in(config, folder, progress=told.append)
    assert any("have none or several of Black_Hair, Blond_Hair, Brown_Hair: left out" in one for one in told)
    assert result.split == "test"
    assert "Originals, edits and masks" in result.report.read_text()
    assert any("editor/values" in record for record in RunFolder.open(folder).metrics())
    said = read_json(folder / "predictions.json")
    assert 1 <= len(said) <= 2
    assert {edit["attribute"] for edit in said[0]["edits"]} == {"hair", "gender", "smile"}
    assert "mask_inside" not in said[0]["edits"][0]


@pytest.mark.parametrize(("name", "scale"), [("modular_gan", "paper"), ("modular_gan_faces", "small")])
def test_recipes_are_the_last_row_of_the_table(name, scale):
    table = find_table("attention_rnn", "table6").settings
    values = values_of(table, table.row("mgan_arnn"), table.columns[0], scale, 0)
    found = RunConfig.parse(values).plain()
    recipe = RunConfig.parse(read_recipe(name)).plain()
    judges = found["task"].pop("judges")
    assert judges == {"hair": "judge_hair", "gender": "judge_gender", "smile": "judge_smile"}
    assert set(recipe["task"].pop("judges").values()) == {None}
    assert recipe == found
