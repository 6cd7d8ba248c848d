"""The page of words and regions: what stands on it, on a small world and with untrained models."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from scanpath.data.answers import AnswerVocabulary
from scanpath.data.vocabulary import Vocabulary
from scanpath.errors import ConfigError
from scanpath.features.backbones import create_extractor
from scanpath.predict import Model
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.settings import ModelSettings
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath_drau.figures.__main__ import app
from scanpath_drau.figures.sides import draw_sides, load_models, paged, sheet_of

WORDS, ANSWERS = ("what", "color", "is", "the", "circle"), ("red", "green", "yes", "no")
SIZES = {"embedding_dim": 3, "question_dim": 14}
DUAL = {"name": "drau", "co_attention": {"name": "dual_recurrent", "joint_dim": 5, "hidden_dim": 3}, **SIZES}
ALONE = {"name": "drau", "attention": {"name": "rvau", "glimpses": 1, "joint_dim": 5, "hidden_dim": 3}, **SIZES}


def untrained(**model) -> Model:
    torch.manual_seed(7)
    section = ModelSection(
        model=ModelSettings.parse(model),
        answers=len(ANSWERS),
        vocabulary_size=len(WORDS) + 2,
        region_shape=[8, 8, 64],
        backbone=create_extractor("scenes_cnn").facts,
    )
    known = Vocabularies(Vocabulary(WORDS), AnswerVocabulary(ANSWERS), 15)
    return Model(section.build(), known, section, origin="drawn")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    from scanpath.data.catalogue import make_dataset

    root = tmp_path_factory.mktemp("data")
    make_dataset("scenes", root, images=2, val_images=5, test_images=1, questions=6, workers=1)
    return root


def test_a_sheet_has_every_map_of_every_model():
    picture = np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8)
    question = "what color is the circle?"
    said = {"one": untrained(**ALONE).predict(picture, question), "both": untrained(**DUAL).predict(picture, question)}
    sheet = sheet_of(question, "red", picture, said)
    assert sheet.question == "what color is the circle? (red)"
    assert [panel.name for panel in sheet.panels] == ["one, glimpse 1", "both, glimpse 1", "both, glimpse 2"]
    assert np.array_equal(sheet.panels[2].weights, said["both"].maps["regions"][1])
    assert list(sheet.word_maps) == ["both, glimpse 1", "both, glimpse 2"]
    assert np.array_equal(sheet.word_maps["both, glimpse 2"], said["both"].maps["tokens"][1])
    assert sheet.words == ["what", "color", "is", "the", "circle"]
    assert [name for name, _ in sheet.answers] == [f"{name}: {one.answer}" for name, one in said.items()]


def test_blocks_stand_in_two_columns():
    blocks = [Image.new("RGB", (5, height), colour) for height, colour in ((7, "red"), (11, "lime"), (3, "blue"))]
    page = paged(blocks)
    assert page.size == (10, 14)
    assert (page.getpixel((0, 1)), page.getpixel((5, 1))) == ((255, 0, 0), (0, 255, 0))
    assert page.getpixel((0, 12)) == (0, 0, 255)
    assert page.getpixel((3, 9)) == (255, 255, 255)
    assert paged(blocks[:1]).size == (5, 7)


def test_the_command_draws_different_pictures(world, tmp_path):
    folders = {}
    for name, section in (("DRAU", DUAL), ("RVAU", ALONE)):
        untrained(**section).save_pretrained(tmp_path / name)
        folders[name] = f"{name}={tmp_path / name}"
    arguments = [*folders.values(), "--questions", "3", "--root", str(world), "--out", str(tmp_path / "page.png")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    with Image.open(tmp_path / "page.png") as drawn:
        one = draw_sides(load_models([folders["DRAU"]]), "scenes", "val", 1, str(world))
        assert drawn.width >= 2 * one.width
        assert drawn.height > one.height


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["absent"], "absent"),
        (["--data", "scens"], "did you mean 'scenes'"),
        (["--split", "train2"], "train2"),
    ],
)
def test_mistakes_are_one_sentence(world, tmp_path, arguments, sentence):
    untrained(**DUAL).save_pretrained(tmp_path / "run")
    given = [str(tmp_path / "run"), "--root", str(world), "--out", str(tmp_path / "page.png"), *arguments]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 2
    assert sentence in done.output
    assert not (tmp_path / "page.png").exists()


def test_runs_have_names_of_their_own_and_look_at_regions(tmp_path):
    untrained(**DUAL).save_pretrained(tmp_path / "run")
    assert list(load_models([str(tmp_path / "run")])) == ["run"]
    with pytest.raises(ConfigError, match="two runs are called 'a'"):
        load_models([f"a={tmp_path / 'run'}"] * 2)
    picture = np.zeros((64, 64, 3), np.uint8)
    blind = untrained(name="joint_lstm", **SIZES).predict(picture, "what color is the circle?")
    with pytest.raises(ConfigError, match="blind looks at no regions"):
        sheet_of("what?", "red", picture, {"blind": blind})
