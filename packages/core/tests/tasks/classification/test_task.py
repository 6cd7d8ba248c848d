"""The task from files to errors: what is learnt, what is measured, what is kept."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from scanpath.data.labelled import Labels
from scanpath.errors import DataError
from scanpath.tasks.classification import ClassificationTask
from scanpath.training.evaluation import evaluate
from scanpath.types import Output

MODEL = {"cnn_channels": [5, 7]}


def task(world: Path, **settings: Any) -> ClassificationTask:
    return ClassificationTask({"root": str(world), "model": MODEL, **settings})


def seen(batches: Any) -> list[str]:
    found = []
    for numbers in batches.sampler:
        found += batches.collate([batches.dataset[number] for number in numbers]).keys
    return found


class Counter(nn.Module):
    """Knows a digit by its white rows, but takes a nine for a zero."""

    def answer(self, batch: Any) -> Output:
        rows = (batch.pictures[:, 0, :, 0] > 0).sum(1)
        rows = torch.where(rows == 9, 0, rows)
        return Output(-(torch.arange(10) - rows[:, None]).abs().float(), {})


def test_each_picture_comes_once_an_epoch_over_all_processes(world: Path) -> None:
    found = task(world)
    keys = sorted(found.split("train").keys)
    assert sorted(seen(found.batches("train", size=7, seed=3))) == keys
    parts = [seen(found.batches("train", size=7, seed=3, rank=rank, world=2)) for rank in (0, 1)]
    assert sorted(parts[0] + parts[1]) == keys
    assert seen(found.batches("val", size=7)) == list(found.split("val").keys)


@pytest.mark.parametrize("size", [3, 100])
def test_errors_are_counted_over_all_pictures(world: Path, size: int) -> None:
    """Nine in ten digits are known; a nine comes last of all, behind what is nearer to zero."""
    found = evaluate(task(world), Counter(), "test", size=size)
    assert found.measures == {"error/top1": 10.0, "error/top5": 10.0}
    assert found.records["test/00009"]["class"] == "0"
    assert found.records["test/00019"]["rank"] == 9


def test_two_classes_have_one_error(world: Path) -> None:
    found = task(world, data="celeba", labels="Smiling", side=8)
    assert found.measure_names("val") == ["error/top1"]
    assert found.section.classes == ("no", "yes")
    assert found.section.picture_shape == (3, 8, 8)
    batches = found.batches("test", size=3)
    batch = batches.collate([batches.dataset[number] for number in next(iter(batches.sampler))])
    assert batch.pictures.shape[1:] == (3, 8, 8)
    assert batch.labels.tolist() == [int(picture.float().mean() > 128) for picture in batch.pictures]


def test_colours_are_measured_on_what_is_learnt(world: Path) -> None:
    said: list[str] = []
    settings = {"root": str(world), "model": MODEL}
    found = ClassificationTask(settings, say=said.append)
    white = np.mean([found.dataset("train").picture(row).mean() / 255 for row in range(50)])
    assert found.section.mean == pytest.approx((white,) * 3)
    assert said == ["measuring the colours of 50 pictures of mnist/fit"]
    assert task(world, standardise=False).section.mean == (0.5, 0.5, 0.5)


def test_a_kept_task_builds_its_model_without_data(world: Path, tmp_path: Path) -> None:
    first = task(world)
    first.save(tmp_path)
    again = ClassificationTask.load({"root": str(tmp_path / "nowhere"), "model": MODEL}, tmp_path)
    model = again.objective()
    model.load_state_dict(first.objective().state_dict())
    assert again.measure_names("test") == ["error/top1", "error/top5"]
    assert again.section == first.section


def test_data_of_other_classes_or_sizes_are_refused(world: Path, tmp_path: Path) -> None:
    task(world).save(tmp_path)
    kept = ClassificationTask.load({"root": str(world), "model": MODEL}, tmp_path)
    known = kept.split("test")
    swapped = {"digit": Labels(tuple("9876543210"), known.labels["digit"].numbers)}
    kept._splits["test"] = dataclasses.replace(known, labels=swapped)
    with pytest.raises(DataError, match=r"has the 10 classes 9, 8, 7, .*the model learnt 10: 0, 1, 2"):
        kept.dataset("test")
    kept = ClassificationTask.load({"root": str(world), "model": MODEL, "side": 8}, tmp_path)
    with pytest.raises(DataError, match=r"are 8x8 pixels in grey, and the model learns from 13x11"):
        kept.dataset("test")


def test_pictures_that_were_learnt_are_not_measured(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = task(world)
    train = found.split("train")
    monkeypatch.setattr(
        "scanpath.tasks.classification.task.open_pictures", lambda _, name: train.take([0, 1], f"mnist/{name}")
    )
    with pytest.raises(DataError, match="mnist/test shares 2 pictures with mnist/fit"):
        found.split("test")


def test_what_the_files_say_is_said(world: Path) -> None:
    found = task(world)
    assert found.remarks("train") == found.split("train").remarks
    assert found.fingerprint() == task(world).fingerprint()
    assert found.results({"b": {"rank": 1}, "a": {"rank": 0}}) == [
        {"picture": "a", "rank": 0}, {"picture": "b", "rank": 1}
    ]  # fmt: skip
