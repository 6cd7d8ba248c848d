"""One picture and one question, answered by a run whose data are gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from PIL import Image

from scanpath.data.catalogue import make_dataset, open_split
from scanpath.errors import ConfigError, DataError, RunError
from scanpath.experiments.running import RunConfig, load_run, run
from scanpath.features.store import write_store
from scanpath.predict import Predictor, predict, read_picture

MODEL = {"region_dim": 11, "embedding_dim": 3, "question_dim": 14, "hidden_dim": 17, "cnn_channels": [5, 7]}
TRAINING = {"steps": 2, "batch_size": 31, "evaluate_every": "end", "device": "cpu"}
QUESTION = "what color is the large circle?"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("data")
    make_dataset("scenes", root, images=23, val_images=5, test_images=7, questions=11, workers=1)
    return root


@pytest.fixture(scope="module")
def train(world: Path, tmp_path_factory: pytest.TempPathFactory):
    runs = tmp_path_factory.mktemp("runs")

    def trained(features: str | None = "scenes_cnn", **model: object) -> Path:
        task = {"root": str(world), "features": features, "model": {**MODEL, **model}}
        return run(RunConfig.parse({"task": task, "training": TRAINING}), runs).folder

    return trained


@pytest.fixture
def picture(world: Path) -> np.ndarray:
    split = open_split("scenes", "val", world)
    return split.images.read(split.image_names[int(split.image_ids[0])])


def test_it_answers_what_the_measured_model_answers(train, world: Path) -> None:
    loaded = load_run(train())
    evaluation = loaded.evaluate("val")
    split = open_split("scenes", "val", world)
    predictor = Predictor(loaded)
    for row in range(0, len(split), 7):
        pixels = split.images.read(split.image_names[int(split.image_ids[row])])
        said = predictor(pixels, split.questions[row])
        record = evaluation.records[str(split.question_ids[row])]
        assert said.answer == record["answer"]
        assert said.probability == pytest.approx(record["probability"], abs=1e-5)
        assert [answer for answer, _ in said.top] == [answer for answer, _ in record["top"]]


def test_it_needs_no_data(train, tmp_path: Path, picture: np.ndarray) -> None:
    folder = tmp_path / "alone"
    shutil.copytree(train(), folder)
    config = yaml.safe_load((folder / "config.yaml").read_text())
    config["task"]["root"] = str(tmp_path / "gone")
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    said = predict(folder, picture, QUESTION)
    assert len(said.top) == 5
    assert said.maps["regions"].shape == (1, 8, 8)
    assert said.maps["regions"].sum() == pytest.approx(1, abs=1e-5)


def test_a_file_of_any_size_is_read(train, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (37, 53, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "own.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "own.png"), pixels)
    said = predict(train(), tmp_path / "own.png", "what color is the dinosaur?")
    assert said.unknown == ["dinosaur"]
    assert said.picture.shape == (37, 53, 3)


def test_maps_are_drawn_and_raw_weights_written(train, tmp_path: Path, picture: np.ndarray) -> None:
    said = predict(train(attention={"name": "multi_hop", "hops": 3}), picture, QUESTION)
    assert said.names["regions"] == ["hop 1", "hop 2", "hop 3"]
    drawn, raw = said.save(tmp_path / "maps.png")
    with Image.open(drawn) as image:
        assert image.size[0] > 3 * image.size[1]
    with np.load(raw) as content:
        np.testing.assert_array_equal(content["maps"], said.maps["regions"])
        assert content["names"].tolist() == said.names["regions"]


def test_pictures_end_to_end(train, picture: np.ndarray) -> None:
    assert predict(train(None), picture, QUESTION).maps["regions"].shape == (1, 16, 16)


def test_a_model_that_does_not_look_draws_nothing(train, tmp_path: Path, picture: np.ndarray) -> None:
    said = predict(train(attention=None), picture, QUESTION)
    assert said.maps == {}
    assert said.save(tmp_path / "maps.png") == []
    assert list(tmp_path.iterdir()) == []


def test_maps_over_words_are_not_drawn_over_the_picture(train, tmp_path: Path, picture: np.ndarray) -> None:
    said = predict(train(attention=None, co_attention="independent"), picture, QUESTION)
    assert said.maps.keys() == {"regions", "tokens"}
    assert [path.name for path in said.save(tmp_path / "maps.png")] == ["maps.png", "maps.npz"]


@pytest.mark.parametrize("question", ["", "  ?!"])
def test_a_question_without_words_is_refused(train, picture: np.ndarray, question: str) -> None:
    with pytest.raises(ConfigError, match="has no words: ask one"):
        predict(train(), picture, question)


def test_pictures_that_cannot_be_read_are_named(train, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent.png cannot be read \(No such file"):
        predict(train(), tmp_path / "absent.png", QUESTION)
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(DataError, match=r"text.png is not a whole picture"):
        predict(train(), tmp_path / "text.png", QUESTION)


def test_features_of_unknown_origin_cannot_be_computed(train, world: Path, tmp_path: Path, picture: np.ndarray) -> None:
    for split in ("train", "val"):
        ids = np.unique(open_split("scenes", split, world).image_ids)
        write_store(tmp_path / split, ids, np.zeros((len(ids), 5, 7), dtype=np.float16))
    folder = train(str(tmp_path))
    with pytest.raises(ConfigError, match="features of unknown origin"):
        predict(folder, picture, QUESTION)


def test_other_weights_of_the_backbone_are_refused(train, tmp_path: Path, picture: np.ndarray) -> None:
    folder = tmp_path / "old"
    shutil.copytree(train(), folder)
    text = (folder / "model.json").read_text()
    sha256 = load_run(folder).task.model_section.backbone["sha256"]
    (folder / "model.json").write_text(text.replace(sha256, "0" * 64))
    with pytest.raises(RunError, match="with other weights than the installed ones"):
        predict(folder, picture, QUESTION)


def test_only_runs_of_vqa_answer(train, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_run(train())
    foreign = type("Other", (), {"name": "captions"})()
    with pytest.raises(RunError, match="is a run of 'captions': only 'vqa' answers questions"):
        Predictor(type(loaded)(loaded.folder, loaded.config, foreign, loaded.objective))
