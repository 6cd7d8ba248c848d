"""The recipe of COCO's captions goes through on an official file typed by hand, and its results are scored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanpath.data.caption_catalogue import open_captions
from scanpath.data.caption_results import read_caption_results
from scanpath.experiments.config import RunConfig
from scanpath.experiments.overrides import override
from scanpath.experiments.running import run_in
from scanpath.experiments.shipped import read_recipe
from scanpath.files import read_json
from scanpath.metrics.captions import score_captions
from scanpath.testing.recipes import recipe_as_run
from scanpath.testing.tables import row_as_run

KARPATHY = """{"images": [
 {"filepath": "train2014", "sentids": [11, 12], "filename": "COCO_train2014_000000000009.jpg", "imgid": 0,
  "split": "train", "cocoid": 9, "sentences": [
   {"tokens": ["a", "red", "dog", "on", "a", "ball"], "raw": "A red dog on a ball.", "imgid": 0, "sentid": 11},
   {"tokens": ["the", "dog", "s", "red", "ball"], "raw": "The dog's red ball!", "imgid": 0, "sentid": 12}]},
 {"filepath": "val2014", "sentids": [21, 22], "filename": "COCO_val2014_000000000004.jpg", "imgid": 1,
  "split": "restval", "cocoid": 4, "sentences": [
   {"tokens": ["a", "red", "ball", "on", "a", "dog"], "raw": "a red  ball on a dog", "imgid": 1, "sentid": 21},
   {"tokens": ["zebra"], "raw": "Zebra", "imgid": 1, "sentid": 22}]},
 {"filepath": "val2014", "sentids": [31, 32], "filename": "COCO_val2014_000000000042.jpg", "imgid": 2,
  "split": "val", "cocoid": 42, "sentences": [
   {"tokens": ["a", "blue", "dog", "on", "a", "ball"], "raw": "A blue dog on a ball.", "imgid": 2, "sentid": 31},
   {"tokens": ["one", "dog"], "raw": "One dog", "imgid": 2, "sentid": 32}]},
 {"filepath": "val2014", "sentids": [51], "filename": "COCO_val2014_000000000003.jpg", "imgid": 4,
  "split": "test", "cocoid": 3, "sentences": [
   {"tokens": ["a", "dog", "on", "a", "red", "ball"], "raw": "A dog on a red ball.", "imgid": 4, "sentid": 51}]},
 {"filepath": "val2014", "sentids": [41], "filename": "COCO_val2014_000000000017.jpg", "imgid": 3,
  "split": "test", "cocoid": 17, "sentences": [
   {"tokens": ["a", "red", "ball"], "raw": "A red ball.", "imgid": 3, "sentid": 41}]}
 ], "dataset": "coco"}"""
FEW = (
    "task.features=scenes_cnn", "task.word_minimum=2", "task.tokeniser=plain", "task.longest=6",
    "task.model.attention.hidden_dim=5", "task.model.embedding_dim=7", "task.model.hidden_dim=11", "task.model.steps=3",
    "training.steps=6", "training.batch_size=2", "training.evaluate_every=3", "training.device=cpu",
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for place, names in {"train2014": (9,), "val2014": (4, 42, 17, 3)}.items():
        folder = tmp_path / "coco" / place
        folder.mkdir(parents=True)
        for name in names:
            pixels = np.random.default_rng(name).integers(0, 256, (48, 64, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"COCO_{place}_{name:012d}.jpg")
    (tmp_path / "coco" / "dataset_coco.json").write_text(KARPATHY)
    return tmp_path


def test_it_goes_through_on_official_files(root: Path, tmp_path: Path) -> None:
    config = RunConfig.parse(override(read_recipe("captions"), (*FEW, f"task.root={root}")))
    result = run_in(config, tmp_path / "run", split="test")
    assert {"BLEU-4", "CIDEr", "beam 3/BLEU-4", "beam 3/CIDEr", "loss"} <= set(result.measures)
    path, searched = (result.folder / f"predictions.test{beam}.json" for beam in ("", ".beam3"))
    said = read_json(path)
    assert [set(one) for one in said] == [{"image_id", "caption"}] * 2
    assert {one["image_id"]: type(one["caption"]) for one in said} == {3: str, 17: str}
    known = set(read_json(result.folder / "vocabulary.json")["words"])
    assert known == {"a", "ball", "dog", "on", "red"}
    assert {word for one in said for word in one["caption"].split()} <= known
    references = open_captions("coco-captions", "test", root).references()
    for file, beam in ((path, ""), (searched, "beam 3/")):
        scores = score_captions(references, read_caption_results(file), tokeniser="plain").overall
        assert scores == {name: result.measures[f"{beam}{name}"] for name in scores}


def test_it_is_the_last_row_of_table_3() -> None:
    assert recipe_as_run("captions") == row_as_run("sla", "table3", "sla")
