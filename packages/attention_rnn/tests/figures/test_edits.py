"""Edits side by side: a line of edits and one of masks for each run."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from typer.testing import CliRunner

from scanpath.errors import ConfigError
from scanpath.experiments.running import RunConfig
from scanpath.training.run_folder import RunFolder
from scanpath.training.trainer import Trainer
from scanpath_attention_rnn.data.faces import Faces
from scanpath_attention_rnn.figures.__main__ import app
from scanpath_attention_rnn.figures.edits import draw_edits, draw_runs, load_editors, mask_tile
from scanpath_attention_rnn.tasks.editing.examples import Edit, Edited


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Folders of two trained runs that differ in their masks, and of one of larger pictures."""
    root = tmp_path_factory.mktemp("edits")
    for side in (16, 32):
        Faces(root / str(side)).make(workers=1, train=6, val=3, test=5, side=side)
    folders = {}
    for name, scorer, side in (("plain", None, 16), ("rnn", "attention_rnn", 16), ("large", None, 32)):
        model = {"width": 2, "kernel_size": 3, "blocks": 0, "critic_width": 2, "critic_layers": 2, "scorer": scorer}
        task = {"name": "editing", "root": str(root / str(side)), "side": side, "model": model}
        training = {"steps": 1, "batch_size": 3, "evaluation_split": "train", "device": "cpu"}
        config = RunConfig.parse({"task": task, "training": training})
        built = config.create_task()
        folder = RunFolder.create(root / name, config.plain())
        built.save(folder.path)
        Trainer(built, config.training, folder).fit()
        folders[name] = str(folder.path)
    return folders


def edited(seen):
    """A picture of 4 x 4 pixels with black hair, made blond and brown."""
    picture = np.full((4, 4, 3), 9, np.uint8)
    edits = [
        Edit("hair", 1, np.full((4, 4, 3), 99, np.uint8), np.zeros((2, 2), np.float32), seen),
        Edit("hair", 2, np.full((4, 4, 3), 199, np.uint8), np.ones((2, 2), np.float32), seen),
    ]
    return Edited("a.png", picture, {"hair": 0, "gender": 1, "smile": 0}, edits)


def test_edits_stand_above_their_masks():
    sheet = np.asarray(draw_edits("Title", {"one": [edited(1)], "two": [edited(None)]}, ["hair"]))
    light = [(sheet == value).all(axis=2).sum() for value in (9, 99, 199)]
    side = light[0] ** 0.5
    assert light[0] == side * side > 10_000  # the original once
    assert light[1:] == [2 * side * side] * 2  # each edit once a run
    dark, bright = (np.asarray(mask_tile(np.full((2, 2), value, np.float32), (1, 1)))[0, 0] for value in (0, 1))
    for colour in (dark, bright):
        assert (sheet == colour).all(axis=2).sum() == 2 * side * side


def test_masks_have_the_same_colours_in_every_tile():
    half = mask_tile(np.asarray([[0.5, 0.5]], np.float32), (6, 3))
    both = mask_tile(np.asarray([[0.5, 1.0]], np.float32), (6, 3))
    assert half.size == (6, 3)
    assert half.getpixel((0, 0)) == both.getpixel((0, 0)) != both.getpixel((5, 0))


def test_runs_are_drawn_side_by_side(runs):
    editors = load_editors([f"MGAN={runs['plain']}", runs["rnn"]])
    assert [one.name for one in editors] == ["MGAN", "rnn"]
    one, two = draw_runs(editors[:1], "test", 2, ["hair"]), draw_runs(editors, "test", 2, ["hair"])
    assert two.height > one.height
    assert draw_runs(editors, "test", 2, ["hair", "smile"]).width > two.width
    with pytest.raises(ConfigError, match="no attribute 'hat'; there are hair, gender, smile"):
        draw_runs(editors, "test", 2, ["hat"])
    with pytest.raises(ConfigError, match="plain and large have learnt different pictures"):
        load_editors([runs["plain"], runs["large"]])
    with pytest.raises(ConfigError, match="two runs are called 'plain': give each a name of its own"):
        load_editors([runs["plain"], f"plain={runs['rnn']}"])


def test_a_run_may_lie_in_a_folder_with_any_name(runs, tmp_path):
    shutil.copytree(runs["plain"], tmp_path / "lr=0.1")
    assert [one.name for one in load_editors([f"MGAN={tmp_path}/lr=0.1", f"{tmp_path}/lr=0.1"])] == ["MGAN", "lr=0.1"]


def test_the_command_writes_a_picture(runs, tmp_path):
    path = tmp_path / "figure7.png"
    arguments = ["edits", f"MGAN={runs['plain']}", f"ARNN={runs['rnn']}", "--pictures", "2", "--out", str(path)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert path.read_bytes().startswith(b"\x89PNG")
    wrong = CliRunner().invoke(app, ["edits", str(tmp_path), "--out", str(path)])
    assert wrong.exit_code == 2
