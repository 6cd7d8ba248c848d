"""Copied captions: of the nearest picture by a loop, of any by its draw, the same in every batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from scanpath.data.captions import CaptionSplit
from scanpath.errors import ConfigError, DataError
from scanpath.features.store import Regions
from scanpath.tasks.captioning import CaptioningTask
from scanpath.tasks.captioning.batch import CaptionBatch
from scanpath.tasks.captioning.copying import Copier
from scanpath.tasks.pictures import PictureRows
from scanpath.training.evaluation import evaluate

PICTURES, K, D = 607, 5, 3


class Stored:
    """Features of pictures whose ids are 10, 20, ..; some regions are masked and hold no numbers."""

    def __init__(self) -> None:
        source = torch.Generator().manual_seed(0)
        self.mask = torch.rand(PICTURES, K, generator=source) > 0.3
        self.mask[:, 0] = True
        features = torch.randn(PICTURES, K, D, generator=source)
        self.features = features.masked_fill(~self.mask.unsqueeze(-1), torch.nan)

    def rows(self, image_ids: np.ndarray) -> np.ndarray:
        return image_ids // 10 - 1

    def gather(self, rows: np.ndarray) -> Regions:
        return Regions(self.features[rows].half(), None, self.mask[rows])


def split() -> CaptionSplit:
    """Two captions of each picture."""
    ids = np.arange(PICTURES, dtype=np.int64) * 10 + 10
    images = np.repeat(ids, 2)
    texts = [f"caption {number} of {image}" for image in ids.tolist() for number in (1, 2)]
    return CaptionSplit(
        name="drawn/train",
        image_ids=ids,
        image_names={image: f"{image}.png" for image in ids.tolist()},
        caption_ids=np.arange(len(images), dtype=np.int64),
        caption_images=images,
        captions=texts,
        tokens=[tuple(text.split()) for text in texts],
    )


def asked(count: int = 7, seed: int = 1) -> CaptionBatch:
    source = torch.Generator().manual_seed(seed)
    mask = torch.rand(count, K, generator=source) > 0.3
    mask[:, 1] = True
    images = torch.randn(count, K, D, generator=source).masked_fill(~mask.unsqueeze(-1), torch.nan)
    index = torch.arange(count)
    words = torch.full((count, 3), 2)
    return CaptionBatch(images.half(), 1000 + index, index, words, None, mask)


def test_the_nearest_is_the_loops() -> None:
    stored, batch = Stored(), asked()
    records = Copier("nearest", split(), stored).records(batch)
    assert list(records) == [str(key) for key in batch.image_ids.tolist()]
    assert batch.region_mask is not None
    for row, record in enumerate(records.values()):
        mean = batch.images[row][batch.region_mask[row]].float().mean(0)
        distances = [
            (mean - stored.features[number].half()[stored.mask[number]].float().mean(0)).norm().item()
            for number in range(PICTURES)
        ]
        nearest = 10 * int(np.argmin(distances)) + 10
        assert record["copied_from"] == nearest
        assert record["caption"] in {f"caption {number} of {nearest}" for number in (1, 2)}


@pytest.mark.parametrize("of", ["chance", "nearest"])
def test_batches_change_nothing(of: Any) -> None:
    copier, batch = Copier(of, split(), Stored()), asked(40)
    together = copier.records(batch)
    parts = {}
    for row in range(40):
        mask = batch.region_mask
        assert mask is not None
        parts |= copier.records(
            batch._replace(images=batch.images[[row]], image_ids=batch.image_ids[[row]], region_mask=mask[[row]])
        )
    assert parts == together
    assert len({record["copied_from"] for record in together.values()}) > 20
    assert {record["caption"].split()[1] for record in together.values()} == {"1", "2"}


def test_what_there_is_not_cannot_be_copied(train: CaptionSplit) -> None:
    with pytest.raises(ConfigError, match=r"copies 'nearest' compares features: give task.features a backbone"):
        Copier("nearest", train, PictureRows(train))
    with pytest.raises(DataError, match="coco/train has no captions: there is none to copy"):
        Copier("chance", train.take([]), PictureRows(train))


def test_a_rung_is_scored_as_a_model_is(section: dict[str, Any]) -> None:
    task = CaptioningTask({**section, "copies": "chance", "beside": [3]})
    assert task.further_results({}) == {}
    found = evaluate(task, task.objective(), "val", size=2)
    people = set(task.split("train").captions)
    assert {record["caption"] for record in found.records.values()} <= people
    assert list(found.measures) == [name for name in task.measure_names("val") if "METEOR" not in name]
    assert "loss" not in found.measures
    assert found.measures["beam 3/BLEU-1"] == found.measures["BLEU-1"] > 0
    assert [one["image_id"] for one in task.results(found.records)] == [17, 42]
