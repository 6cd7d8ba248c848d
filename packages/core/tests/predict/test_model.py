"""One picture and one question, answered by a model whose data are gone, whatever it looks by."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

import scanpath
from scanpath.data.catalogue import open_split
from scanpath.errors import ConfigError, DataError, RunError
from scanpath.experiments.running import load_run as load_run_folder
from scanpath.predict import Model, load_run, predict
from scanpath.predict.model import Model as Home
from scanpath.report.panels import draw

QUESTION = "what color is the large circle?"
LAYERS = {"name": "layerwise", "layers": [4, 9]}


def test_it_answers_what_the_measured_model_answers(asked_run: Path, asked_world: Path) -> None:
    loaded = load_run_folder(asked_run)
    evaluation = loaded.evaluate("val")
    split = open_split("scenes", "val", asked_world)
    model = Model.from_run(loaded)
    for row in range(0, len(split), 5):
        pixels = split.images.read(split.image_names[int(split.image_ids[row])])
        said = model.predict(pixels, split.questions[row])
        record = evaluation.records[str(split.question_ids[row])]
        assert said.answer == record["answer"]
        assert said.probability == pytest.approx(record["probability"], abs=1e-5)
        assert said.top[0] == (said.answer, said.probability)
        assert len(said.top) == 5
        assert [p for _, p in said.top] == sorted((p for _, p in said.top), reverse=True)


def test_it_needs_no_data(asked_run: Path, tmp_path: Path, pixels: np.ndarray) -> None:
    folder = tmp_path / "alone"
    shutil.copytree(asked_run, folder)
    config = yaml.safe_load((folder / "config.yaml").read_text())
    config["task"]["root"] = str(tmp_path / "gone")
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    run = scanpath.load_run(folder)
    said = run.predict(pixels, QUESTION)
    assert len(said.top) == 5
    assert said.names["regions"] == ["hop 1", "hop 2"]
    assert said.maps["regions"].sum((1, 2)) == pytest.approx([1, 1], abs=1e-5)
    assert (
        predict(load_run_folder(asked_run), pixels, QUESTION).top == said.top == predict(folder, pixels, QUESTION).top
    )


@pytest.mark.parametrize(
    ("attention", "names"),
    [
        ("single_hop", ["glimpse 1"]),
        ({"name": "multi_hop", "hops": 3}, ["hop 1", "hop 2", "hop 3"]),
        ({"name": "transformer", "heads": 2}, ["glimpse 1", "glimpse 2"]),
        ("channel", ["glimpse 1"]),
        ("bilstm", ["glimpse 1"]),
        ("self_attention", ["glimpse 1"]),
        ("sum", ["glimpse 1"]),
    ],
)
def test_every_attention_has_maps_with_names(
    untrained, pixels: np.ndarray, attention: object, names: list[str]
) -> None:
    said = untrained(attention=attention).predict(pixels, QUESTION)
    assert said.names == {"regions": names}
    assert said.maps["regions"].shape == (len(names), 8, 8)
    assert said.kind == ("gate" if attention == "sum" else "soft")
    assert said.draw().width >= 560


def test_a_hard_choice_is_drawn_as_a_mask(untrained, left_half: str) -> None:
    grey = np.full((32, 64, 3), 120, dtype=np.uint8)
    said = untrained(attention=left_half).predict(grey, QUESTION)
    assert said.kind == "hard"
    assert set(np.unique(said.maps["regions"])) == {0.0, 1.0}
    (panel,) = said._panels()
    drawn = np.asarray(draw(grey, panel))
    assert (drawn[:, :31] == 120).all(), "kept"
    assert (drawn[:, 34:] < 60).all(), "dimmed"
    assert panel.remark == "32 of 64 kept"


@pytest.mark.parametrize("name", ["independent", "joint_conditioning", "affinity"])
def test_words_have_weights_where_the_model_weighs_them(untrained, pixels: np.ndarray, name: str) -> None:
    said = untrained(attention=None, co_attention=name).predict(pixels, "is the dinosaur left of the dog?")
    assert said.words == ["is", "the", "dinosaur", "left", "of"]  # five are read
    assert said.unknown == ["dinosaur"]
    assert said.maps["tokens"].shape == (len(said.names["tokens"]), 5)
    assert said.maps["tokens"].sum(1) == pytest.approx(1, abs=1e-5)
    assert untrained(attention=None, co_attention=name).predict(pixels, "left dog").maps["tokens"].shape[1] == 2


def test_layers_come_with_the_backbones_boxes_or_from_their_sizes(untrained, pixels: np.ndarray) -> None:
    model = untrained(shape=(13, 7), backbone=None, attention=LAYERS, coordinates="none")
    said = model.predict(pixels, QUESTION, features=np.random.default_rng(0).normal(size=(13, 7)))
    assert (said.layers, said.boxes) == ((4, 9), None)
    layers = {"name": "layerwise", "layers": [64, 64]}
    both = untrained(shape=(128, 128), backbone="scenes_cnn_layers", attention=layers, coordinates="none")
    assert both.predict(pixels, QUESTION).boxes.shape == (128, 4)


def test_a_model_that_does_not_look_needs_no_features(untrained, pixels: np.ndarray, tmp_path: Path) -> None:
    said = untrained(shape=(5, 7), backbone=None, attention=None).predict(pixels, QUESTION)
    assert said.maps == {}
    assert said.save(tmp_path / "maps.png") == []


@pytest.mark.parametrize("question", ["", "  ?!"])
def test_a_question_without_words_is_refused(untrained, pixels: np.ndarray, question: str) -> None:
    with pytest.raises(ConfigError, match="has no words: ask one"):
        untrained().predict(pixels, question)


def test_only_runs_of_vqa_answer(asked_run: Path) -> None:
    loaded = load_run_folder(asked_run)
    foreign = type("Other", (), {"name": "captions"})()
    with pytest.raises(RunError, match="is a run of 'captions': only 'vqa' answers questions"):
        Model.from_run(type(loaded)(loaded.folder, loaded.config, foreign, loaded.objective))


def test_a_run_a_saved_model_and_the_hub_are_one_word(
    asked_run: Path, tmp_path: Path, pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = load_run(asked_run)
    assert isinstance(run, Home)
    run.save_pretrained(tmp_path / "mine")
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *_, **__: str(tmp_path / "mine"))
    said = [one.predict(pixels, QUESTION).top for one in (run, load_run(tmp_path / "mine"), load_run("somebody/mine"))]
    assert said[0] == said[1] == said[2]
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match=r"empty holds neither a run \(config.yaml\) nor a saved model"):
        load_run(tmp_path / "empty")
    with pytest.raises(RunError, match="absent holds no run"):
        load_run(tmp_path / "absent")


def test_a_saved_models_logits_are_those_of_the_best_checkpoint(asked_run: Path, tmp_path: Path) -> None:
    objective = load_run_folder(asked_run).objective
    loaded = Model.from_pretrained(load_run(asked_run).save_pretrained(tmp_path / "mine"))
    images, tokens = torch.rand(5, 8, 8, 64), torch.randint(0, loaded.section.vocabulary_size, (5, 3))
    with torch.no_grad():
        expected, found = objective.model(images, tokens), loaded.module(images, tokens)
    assert torch.equal(expected.logits, found.logits)
    assert torch.equal(expected.maps["regions"], found.maps["regions"])


def test_a_card_that_came_along_stays_and_names_its_own_licence(untrained, tmp_path: Path) -> None:
    untrained().save_pretrained(tmp_path / "one", licence="cc-by-4.0")
    (tmp_path / "one" / "README.md").write_text("written by hand")
    loaded = Model.from_pretrained(tmp_path / "one")
    assert (loaded.save_pretrained(tmp_path / "two") / "README.md").read_text() == "written by hand"
    with pytest.raises(ConfigError, match="came with a model card: name the licence there"):
        loaded.save_pretrained(tmp_path / "two", licence="mit")


def test_what_is_missing_is_named(untrained, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the picture .*absent.png cannot be read \(No such file"):
        untrained().predict(tmp_path / "absent.png", QUESTION)
