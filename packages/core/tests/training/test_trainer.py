"""The trainer as a whole, on toy tasks: what it leaves behind, when it stops, what it says when something is wrong."""

from __future__ import annotations

import os
import signal

import pytest
import torch
from safetensors.torch import load_file
from torch.testing import assert_close

from scanpath.errors import ConfigError, Interrupted, RunError
from scanpath.training.run_folder import RunFolder
from scanpath.training.settings import TrainingSettings
from scanpath.training.trainer import Trainer

SETTINGS = {"steps": 11, "batch_size": 5, "log_every": 3, "evaluate_every": 4}


@pytest.fixture
def fit(tmp_path, request):
    """Train in a folder that is created on the first call and opened on the next."""

    def train(task, *, name="run", seed=0, begin=None, **changes):
        settings = TrainingSettings.parse({**SETTINGS, **changes})
        path = tmp_path / name
        folder = RunFolder.open(path) if RunFolder.holds_run(path) else RunFolder.create(path, settings.plain())
        train.folder = folder
        return Trainer(task, settings, folder, seed=seed, begin=begin).fit()

    return train


def test_what_a_run_leaves_behind(toy, fit):
    result = fit(toy.ToyRegression(), clip_norm=1.0)
    folder = fit.folder
    assert (result.steps, result.samples, result.reason) == (11, 55, "budget")
    assert folder.finished
    assert {path.name.split(".")[0] for path in folder.path.iterdir()} >= {"config", "env", "metrics", "events", "log"}
    records = folder.metrics()
    train = [record for record in records if record["split"] == "train"]
    val = [record for record in records if record["split"] == "val"]
    assert [record["step"] for record in train] == [3, 6, 9, 11]
    assert [record["samples"] for record in train] == [15, 30, 45, 55]
    assert train[0].keys() >= {"loss", "error", "gradient_norm", "learning_rate", "epoch", "seconds", "waiting"}
    assert [record["step"] for record in val] == [4, 8, 11]
    assert result.measures["error"] == min(record["error"] for record in val)
    assert result.best == min(val, key=lambda record: record["error"])["step"]
    log = folder.log_path.read_text()
    assert "toy begins; 11 steps on cpu" in log
    assert "ended at step 11 by its budget" in log


def test_it_is_the_loop_one_would_write(toy, fit):
    """Against a loop by hand: the same data, Adam, clipping and schedule."""
    fit(toy.ToyRegression(dropout=0.0, noisy=False), seed=3, clip_norm=0.5, schedule={"name": "linear", "warmup": 4})
    torch.manual_seed(3)
    task = toy.ToyRegression(dropout=0.0, noisy=False)
    objective = task.objective()
    parameters = objective.optimised()["fit"]
    optimiser = torch.optim.Adam(parameters, lr=1e-3)
    dataset, sampler, collate = task.batches("train", size=5, seed=3)
    for step in range(11):
        sampler.set_epoch(step // 10)
        loss, _ = objective(collate(dataset.__getitems__(list(sampler)[step % 10])), "fit")
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 0.5)
        optimiser.param_groups[0]["lr"] = 1e-3 * min(1, (step + 1) / 4) * (1 - max(0, step - 4) / 7)
        optimiser.step()
    ours = load_file(fit.folder.checkpoint("last") / "model.safetensors")
    assert_close(ours, dict(objective.state_dict()))


def test_a_finished_run_is_only_read(toy, fit):
    first = fit(toy.ToyRegression())

    class Untouchable(toy.ToyRegression):
        def objective(self):
            raise AssertionError("a finished run was built again")

    assert fit(Untouchable()) == first


def test_patience_ends_a_run_at_its_best(toy, fit):
    class Worse(toy.ToyRegression):
        def measures(self, records, split):
            self.seen = getattr(self, "seen", 0) + 1
            return {"error": abs(self.seen - 2.5)}

    result = fit(Worse(), steps=1000, evaluate_every=2, patience=3)
    assert (result.reason, result.steps, result.best) == ("patience", 10, 4)
    assert result.measures == {"error": 0.5}


def test_a_plateau_lowers_the_rate(toy, fit):
    class Standing(toy.ToyRegression):
        def measures(self, records, split):
            return {"error": 1.0}

    fit(Standing(), schedule={"name": "plateau", "patience": 0, "factor": 0.5}, log_every=1, evaluate_every=4)
    rates = [record["learning_rate"] for record in fit.folder.metrics() if record["split"] == "train"]
    assert rates == pytest.approx([1e-3] * 8 + [5e-4] * 3)


class Exploding:
    """A mixin: the loss is not a number from call ``at`` on."""

    at = 7

    def objective(self):
        objective = super().objective()
        forward = objective.forward

        def broken(batch, turn):
            loss, logs = forward(batch, turn)
            return (loss * float("nan") if objective.calls >= self.at else loss), logs

        objective.forward = broken
        return objective


def test_a_loss_that_is_not_finite_stops_the_run_and_spoils_no_checkpoint(toy, fit):
    class Task(Exploding, toy.ToyRegression):
        pass

    with pytest.raises(RunError, match=r"^loss became nan at step 7 \(last finite values: error = .*, loss = "):
        fit(Task(), log_every=50, evaluate_every="end", save_every=5)
    weights = load_file(fit.folder.checkpoint("last") / "model.safetensors")
    assert all(torch.isfinite(tensor).all() for tensor in weights.values())
    assert "goes on" not in fit.folder.log_path.read_text()
    assert fit(toy.ToyRegression(), log_every=50, evaluate_every="end", save_every=5).steps == 11


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interruption_in_the_last_step_is_not_lost(toy, fit, number):
    def stop(calls):
        if calls == 11:
            os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    with pytest.raises(Interrupted) as caught:
        fit(toy.ToyRegression(step_hook=stop))
    assert caught.value.exit_code == 128 + number
    assert signal.getsignal(number) is before
    assert fit.folder.finished


def test_first_weights_are_given_once_and_again_only_if_nothing_was_saved(toy, fit):
    begun = []

    def begin(objective):
        begun.append(objective)
        with torch.no_grad():
            for parameter in objective.parameters():
                parameter.fill_(0.25)

    fit(toy.ToyRegression(), name="whole", begin=begin)
    assert len(begun) == 1
    other = load_file(fit.folder.checkpoint("last") / "model.safetensors")
    fit(toy.ToyRegression(), name="drawn")
    drawn = load_file(fit.folder.checkpoint("last") / "model.safetensors")
    assert any(not torch.equal(value, drawn[name]) for name, value in other.items())

    def stop(calls):
        if calls == 6:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Interrupted):
        fit(toy.ToyRegression(step_hook=stop), name="cut", begin=begin)
    assert len(begun) == 2
    fit(toy.ToyRegression(), name="cut", begin=begin)
    assert len(begun) == 2, "it went on from its own weights"
    found = load_file(fit.folder.checkpoint("last") / "model.safetensors")
    assert all(torch.equal(value, found[name]) for name, value in other.items())


def test_memory_that_runs_out_is_explained(toy, fit):
    def greedy(calls):
        if calls == 6:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 7 GiB.")

    with pytest.raises(RunError, match=r"memory ran out after 5 steps .* goes on from step 4\): accumulate: 2.*bf16"):
        fit(toy.ToyRegression(step_hook=greedy))


def test_a_worker_that_dies_is_explained(toy, fit):
    trainer = os.getpid()

    def die(split, numbers):
        if os.getpid() != trainer:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(RunError, match=r"a process that loads data died after 0 steps .*DataLoader worker"):
        fit(toy.ToyRegression(data_hook=die), workers=1)


def test_other_errors_pass(toy, fit):
    def fail(calls):
        raise RuntimeError("a fault of the program")

    with pytest.raises(RuntimeError, match=r"^a fault of the program$"):
        fit(toy.ToyRegression(step_hook=fail))


def test_reduced_precision_and_determinism(toy, fit):
    result = fit(toy.ToyRegression(), precision="bf16", deterministic=True)
    assert result.steps == 11
    assert not torch.are_deterministic_algorithms_enabled()
    weights = load_file(fit.folder.checkpoint("last") / "model.safetensors")
    assert {tensor.dtype for tensor in weights.values()} == {torch.float32}


def test_the_next_run_of_a_process_may_have_another_precision(toy, fit):
    fit(toy.ToyRegression(), name="one", precision="bf16")
    fit(toy.ToyRegression(), name="other", precision="fp32")
    one, other = (
        load_file(fit.folder.path.parent / name / "checkpoints/last/model.safetensors") for name in ("one", "other")
    )
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_half_precision_needs_a_gpu(toy, fit):
    with pytest.raises(ConfigError, match="'fp16' needs a GPU"):
        fit(toy.ToyRegression(), precision="fp16", device="cpu")


def test_another_configuration_is_another_run(toy, tmp_path):
    settings = TrainingSettings.parse(SETTINGS)
    folder = RunFolder.create(tmp_path / "run", {"seed": 0, "steps": 11})
    Trainer(toy.ToyRegression(), settings, folder, config={"seed": 0, "steps": 11})
    with pytest.raises(ConfigError, match="holds a run whose 'seed' is 0, asked for is 1: resume it as it was"):
        Trainer(toy.ToyRegression(), settings, folder, config={"seed": 1, "steps": 11})


def test_evaluation_at_the_end_of_each_epoch(toy, fit):
    fit(toy.ToyRegression(), steps=25, evaluate_every="epoch")
    assert [record["step"] for record in fit.folder.metrics() if record["split"] == "val"] == [10, 20, 25]
