"""A few digits, and networks that have learnt nothing and cost nothing."""

from __future__ import annotations

import pytest
import torch

from scanpath.predict import Model
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.settings import ModelSettings, VQASettings
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath_attention_rnn.data.digits.dataset import MREF
from scanpath_attention_rnn.figures.copies import draw, find_recipe
from scanpath_attention_rnn.figures.networks import Network

ARNN = {"name": "attention_rnn", "hidden": 2}
WAVE = {**ARNN, "sample": True}


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """The folder of a data set of digits on black: 30 questions of test about some five pictures."""
    root = tmp_path_factory.mktemp("data")
    MREF(root).make(workers=1, train=100, val=10, test=30)
    return root


@pytest.fixture(scope="session")
def words(world):
    """The ten digits and the five colours."""
    found = Vocabularies.build(MREF(world).open("train"), VQASettings())
    assert len(found.words.words) == 10
    assert len(found.answers.answers) == 5
    return found


@pytest.fixture
def model(words):
    """A call that builds a model by its section."""

    def call(**options):
        section = ModelSection(
            model=ModelSettings.parse(options),
            answers=5,
            vocabulary_size=len(words.words),
            region_shape=None,
            backbone=None,
            picture_size=[100, 100],
        )
        torch.manual_seed(0)
        return Model(section.build(), words, section)

    return call


@pytest.fixture
def network(model):
    """A call that builds a network of the host progressive by its scorer."""

    def call(scorer=WAVE, *, name="net", **options):
        return Network(name, model(name="progressive", scorer=scorer, channels=[3, 5, 7], **options))

    return call


@pytest.fixture(scope="session")
def recipe(tmp_path_factory):
    """What MREF's pictures are drawn from, shipped digits."""
    return find_recipe("mref", tmp_path_factory.mktemp("none"), None, 0)


@pytest.fixture(scope="session")
def drawn(recipe):
    """A picture with a digit in three colours."""
    return draw(recipe, 0)
