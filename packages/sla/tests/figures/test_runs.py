"""Runs are sorted by what they carry and by seed; what cannot be compared is told in a sentence."""

from __future__ import annotations

import pytest

from scanpath.errors import ConfigError, RunError
from scanpath_sla.figures.runs import load, load_both


def test_both_kinds_in_the_order_of_seeds(run_of):
    folders = [run_of("traditional", 1), run_of("latent"), run_of("traditional"), run_of("latent", 1)]
    found = load_both(folders)
    assert {kind: [(run.name, run.seed) for run in runs] for kind, runs in found.items()} == {
        "traditional": [(run_of("traditional").name, 0), (run_of("traditional", 1).name, 1)],
        "SLA": [(run_of("latent").name, 0), (run_of("latent", 1).name, 1)],
    }


def test_the_first_questions_are_read(run_of):
    run = load(run_of("latent"))
    assert run.layers == 3
    ids = [key for batch in run.batches("val", size=7, questions=20) for key in batch.question_ids.tolist()]
    split = run.task.split("val")
    assert 20 <= len(ids) < 40
    assert set(ids) <= set(split.question_ids.tolist())


def test_what_cannot_be_compared(run_of, tmp_path):
    with pytest.raises(ConfigError, match="no run of the kind traditional was given, expected both"):
        load_both([run_of("latent")])
    with pytest.raises(ConfigError, match=r"has layers 3 and \S+ 1: name runs that are alike but for the stack"):
        load_both([run_of("one"), run_of("traditional")])
    with pytest.raises(ConfigError, match=r"has positions None and \S+ 64: name runs that are alike"):
        load_both([run_of("placed"), run_of("traditional")])
    with pytest.raises(ConfigError, match=r"seeds \[0, 1\] of traditional stacks and \[0\] of SLA were given"):
        load_both([run_of("latent"), run_of("traditional"), run_of("traditional", 1)])
    with pytest.raises(ConfigError, match="have the same seed 0: name each seed once"):
        load_both([run_of("traditional"), run_of("latent"), run_of("latent")])
    with pytest.raises(RunError):
        load(tmp_path)
