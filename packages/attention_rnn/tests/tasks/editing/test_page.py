"""The page of a run tells the errors, and draws originals, edits and masks."""

from __future__ import annotations

import pytest

from scanpath.experiments.running import RunConfig, run_in
from scanpath_attention_rnn.tasks.editing.page import describe_editing, look


@pytest.fixture(scope="module")
def run(root, judges, tmp_path_factory):
    task = {"name": "editing", "data": "faces", "root": str(root), "side": 16, "judges": judges}
    model = {"width": 2, "kernel_size": 3, "blocks": 1, "critic_width": 2, "critic_layers": 3}
    model["scorer"] = {"name": "attention_rnn", "hidden": 3}
    training = {"steps": 1, "batch_size": 6, "evaluate_every": "end", "evaluation_split": "test", "device": "cpu"}
    config = RunConfig.parse({"task": {**task, "model": model}, "training": training})
    return run_in(config, tmp_path_factory.mktemp("page") / "run", split="test")


def test_the_page_shows_edits(run):
    page = run.report.read_text()
    assert "Edits through attention_rnn (hidden 3) on faces" in page
    assert "40 edits of faces/test" in page
    assert "Originals, edits and masks" in page
    assert page.count("data:image/jpeg") == 1
    assert "2 steps for each" not in page
    assert "5 steps for each of the editors" in page


def test_what_it_says_is_what_was_measured(run):
    from scanpath.experiments.loading import load_run

    loaded = load_run(run.folder)
    part = describe_editing(loaded, loaded.task, "test")
    assert part.value.value == run.measures["error/mean"]
    assert [(group.name, group.count) for group in part.breakdowns[0].groups] == [
        ("hair", 20), ("gender", 10), ("smile", 10)
    ]  # fmt: skip
    (sheet,) = part.sheets
    assert sheet.pixels.shape[2] == 3


def test_masks_are_named(task):
    assert look(task) == "a convolution of 3 x 3"
