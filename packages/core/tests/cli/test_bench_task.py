"""The work that the trainer is timed on: the bare loop and the trainer do the same steps."""

from __future__ import annotations

from safetensors.torch import load_file
from torch.testing import assert_close

from scanpath.cli import bench_task
from scanpath.training.run_folder import RunFolder
from scanpath.training.settings import TrainingSettings
from scanpath.training.trainer import Trainer


def test_both_loops_do_the_same_work(tmp_path, monkeypatch):
    task = bench_task.LoopTask()
    settings = TrainingSettings.parse({"steps": 3, "batch_size": 5, "clip_norm": 0.5, "evaluate_every": "end"})
    folder = RunFolder.create(tmp_path / "run", settings.plain())
    Trainer(task, settings, folder).fit()
    built = []
    monkeypatch.setattr(task, "objective", lambda: built.append(bench_task.LoopTask().objective()) or built[0])
    assert bench_task.bare_seconds(task, settings) > 0
    ours = load_file(folder.checkpoint("last") / "model.safetensors")
    assert_close(ours, dict(built[0].state_dict()), rtol=1e-4, atol=1e-5)
