"""The engine in one process; what two do is shown in test_processes.py."""

from __future__ import annotations

import builtins
import sys

import pytest
import torch

from scanpath.errors import ConfigError, MissingExtraError
from scanpath.training.engine import Engine, create_accelerator, determinism
from scanpath.training.settings import TrainingSettings

SETTINGS = TrainingSettings.parse({"steps": 1, "device": "cpu"})


def test_one_process_on_cpu():
    engine = Engine(SETTINGS)
    assert (engine.device.type, engine.rank, engine.world, engine.is_main, engine.scaler) == ("cpu", 0, 1, True, None)
    batch = [torch.ones(2)]
    assert engine.place(batch) is batch
    values = torch.ones(3)
    assert engine.add_up(values) is values
    assert engine.gather({"a": 1}) == [{"a": 1}]


def test_auto_is_cuda_or_the_cpu(monkeypatch):
    """Not Apple's GPU: checkpoints do not hold its random numbers, and records are made in double precision."""
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="needs a GPU"):
        create_accelerator(TrainingSettings.parse({"steps": 1, "precision": "fp16"}))
    assert Engine(TrainingSettings.parse({"steps": 1})).device.type == "cpu"


def test_determinism_is_put_back():
    def fail() -> None:
        with determinism(wanted=True):
            assert torch.are_deterministic_algorithms_enabled()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not torch.are_deterministic_algorithms_enabled()
    with determinism(wanted=False):
        assert not torch.are_deterministic_algorithms_enabled()


@pytest.mark.parametrize(
    ("library", "call"),
    [
        ("accelerate", lambda toy, tmp_path: create_accelerator(SETTINGS)),
        ("torchdata", lambda toy, tmp_path: open_stream(toy)),
        ("tensorboard", lambda toy, tmp_path: open_journal(tmp_path)),
    ],
)
def test_a_missing_library_is_named_with_its_extra(toy, tmp_path, monkeypatch, library, call):
    for name in [name for name in sys.modules if name.split(".")[0] == library or name == "torch.utils.tensorboard"]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def without(name, *arguments, **keywords):
        if name.split(".")[0] == library or (library == "tensorboard" and name == "torch.utils.tensorboard"):
            raise ImportError(name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=rf"training needs '{library}', .* pip install 'scanpath\[train\]'"):
        call(toy, tmp_path)


def open_stream(toy):
    from scanpath.training.loader import Stream
    from scanpath.types import Batches

    return Stream(Batches([1, 2], toy.ToySampler(2, 1, 0, 0, 1), list), seed=0)


def open_journal(tmp_path):
    from scanpath.training.journal import Journal
    from scanpath.training.run_folder import RunFolder

    return Journal(RunFolder.create(tmp_path / "run", {}), step=0, total=1, main=True)
