"""Two processes train as one does: a GAN of two turns, and a model with parts that its loss does not use."""

from __future__ import annotations

import signal

import pytest
from safetensors.torch import load_file
from torch.testing import assert_close

from scanpath.training.run_folder import RunFolder
from scanpath.training.settings import TrainingSettings
from scanpath.training.trainer import Trainer

SETTINGS = {
    "steps": 13,
    "batch_size": 6,
    "evaluate_every": 5,
    "log_every": 1,
    "clip_norm": 0.7,
    "device": "cpu",
    "turns": {"generator": {"optimiser": {"name": "rmsprop", "lr": 2e-3}}},
}
PLAIN = {**SETTINGS, "turns": {}, "accumulate": 3}
EXACT = {"dropout": 0.0, "noisy": False}
SLOW = {"task": EXACT, "settings": {**PLAIN, "steps": 3000, "log_every": 2}, "place": "slow", "signal": signal.SIGTERM}
SCENARIOS = {
    "gan": {"gan": True, "settings": SETTINGS, "world": 2},
    "plain": {"task": EXACT, "settings": PLAIN, "world": 2},
    "stopped": {**SLOW},
    "stopped together": {**SLOW, "world": 2},
}


@pytest.fixture(scope="module")
def ended(run_child, tmp_path_factory):
    root = tmp_path_factory.mktemp("processes")
    scenarios = [{"folder": str(root / name), "seed": 5, **scenario} for name, scenario in SCENARIOS.items()]
    return root, dict(zip(SCENARIOS, run_child(root, scenarios), strict=True))


def losses(folder: RunFolder) -> list[dict[str, float]]:
    return [
        {
            name: value
            for name, value in record.items()
            if "loss" in name or name in ("step", "samples", "error", "items")
        }
        for record in folder.metrics()
    ]


@pytest.mark.parametrize("name", ["gan", "plain"])
def test_two_processes_train_as_one_does(name, ended, toy, tmp_path):
    root, codes = ended
    assert codes[name] == [0, 0]
    scenario = SCENARIOS[name]
    settings = TrainingSettings.parse(scenario["settings"])
    task = toy.ToyGan() if name == "gan" else toy.ToyRegression(**EXACT)
    one = RunFolder.create(tmp_path / "one", settings.plain())
    Trainer(task, settings, one, seed=5).fit()
    two = RunFolder.open(root / name)
    for ours, theirs in zip(losses(two), losses(one), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-6)
    ours, theirs = (load_file(run.checkpoint("last") / "model.safetensors") for run in (two, one))
    assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["stopped", "stopped together"])
def test_sigterm_to_one_process_saves_and_says_how_to_go_on(name, ended):
    root, codes = ended
    assert codes[name] == [143] * SCENARIOS[name].get("world", 1)
    folder = RunFolder.open(root / name)
    assert folder.has_checkpoint("last")
    assert not folder.finished
    sentence = (root / f"{name}.error").read_text()
    assert sentence.startswith("stopped by ")
    assert sentence.endswith(f"of 3000; saved in {root / name}: the same command goes on from there.")
