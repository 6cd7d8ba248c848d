from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scanpath.errors import ConfigError, RunError
from scanpath.experiments.running import load_run
from scanpath_attention_rnn.tasks.editing.judges import Judges


def test_judges_see_what_their_runs_say(judges, task):
    split = task.split("test")
    pictures = torch.stack([torch.from_numpy(split.picture(row)) for row in range(len(split))])
    seen = Judges(judges, 16).see(pictures)
    assert list(seen) == ["hair", "gender", "smile"]
    for name, values in seen.items():
        loaded = load_run(Path(judges[name]))
        said = loaded.evaluate("test").records
        classes = loaded.task.section.classes
        assert [classes[value] for value in values.tolist()] == [said[key]["class"] for key in split.keys]


def test_what_a_judge_has_learnt_it_does_not_judge(judges, task, section):
    held = Judges(judges, 16)
    held.check_held_out("faces", "test")
    held.check_held_out("celeba", "val")
    with pytest.raises(ConfigError, match=r"task\.judges\.hair has learnt faces/val, whose edits it would judge: give"):
        held.check_held_out("faces", "val")
    judged = type(task)({**section, "judges": judges})
    judged.batches("test", size=5)
    judged.batches("val", size=5, seed=0)  # to learn from
    with pytest.raises(ConfigError, match="has learnt faces/val"):
        judged.batches("val", size=5)


def test_other_runs_are_refused(judges, tmp_path):
    with pytest.raises(
        ConfigError, match=r"judges\.smile is .*, which tells Male: give a run with task\.labels=Smiling"
    ):
        Judges({"smile": judges["gender"]}, 16)
    with pytest.raises(ConfigError, match=r"give a run with task\.labels=\[Black_Hair, Blond_Hair, Brown_Hair\]"):
        Judges({"hair": judges["gender"]}, 16)
    with pytest.raises(ConfigError, match=r"has learnt pictures of 16 rows, and 32 are edited: .* task\.side=32"):
        Judges({"hair": judges["hair"]}, 32)
    with pytest.raises(RunError):
        Judges({"hair": str(tmp_path / "none")}, 16)
