"""Scores by step are what the runs wrote down; seeds of one kind stand together."""

from __future__ import annotations

import json

import pytest

from scanpath.errors import ConfigError, RunError
from scanpath_sla.figures.epochs import epochs


def written(folder, score):
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return [one[score] for one in map(json.loads, lines) if one["split"] == "val"]


def test_scores_are_read_by_kind_and_seed(run_of):
    folders = [run_of("soft"), run_of("plain"), run_of("soft", seed=1)]
    result, drawing = epochs(folders)
    soft, plain = result["kinds"]
    assert (soft["name"], plain["name"]) == ("decoder, additive (hidden_dim 5)", "decoder, no look")
    assert (soft["seeds"], plain["seeds"], soft["steps"]) == ([0, 1], [0], [1, 2])
    for score in ("BLEU-4", "CIDEr"):
        assert soft[score] == [written(folders[0], score), written(folders[2], score)]
        assert soft["rose"][score] == sum(row[1] > row[0] for row in soft[score])
    assert drawing.width > 600


def test_what_cannot_be_read(run_of, tmp_path):
    with pytest.raises(ConfigError, match="holds no run of captions: name runs of the table table3"):
        epochs([run_of("latent")])
    with pytest.raises(RunError):
        epochs([tmp_path])
