"""Models to ask: untrained ones of any mechanism, built in milliseconds, and one real run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from scanpath.data.answers import AnswerVocabulary
from scanpath.data.catalogue import make_dataset
from scanpath.data.vocabulary import Vocabulary
from scanpath.experiments.running import RunConfig, run
from scanpath.features.backbones import create_extractor
from scanpath.predict import Model
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.settings import ModelSettings
from scanpath.tasks.vqa.vocabularies import Vocabularies

SIZES = {"region_dim": 12, "embedding_dim": 3, "question_dim": 14, "hidden_dim": 17, "cnn_channels": [5, 7]}
WORDS = ("what", "color", "is", "the", "circle", "large", "dog", "left", "of")
ANSWERS = ("red", "green", "blue", "two", "yes", "no", "left")


@pytest.fixture(scope="session")
def untrained():
    """A call that builds a model with random weights: ``untrained(attention="dot", shape=[8, 8, 64])``."""

    def build(shape=(8, 8, 64), backbone="scenes_cnn", picture_size=None, origin="the model", **model) -> Model:
        torch.manual_seed(7)
        section = ModelSection(
            model=ModelSettings.parse({**SIZES, **model}),
            answers=len(ANSWERS),
            vocabulary_size=len(WORDS) + 2,
            region_shape=None if shape is None else list(shape),
            backbone=None if backbone is None or shape is None else create_extractor(backbone).facts,
            picture_size=picture_size,
        )
        known = Vocabularies(Vocabulary(WORDS), AnswerVocabulary(ANSWERS), 5)
        return Model(section.build(), known, section, origin=origin)

    return build


@pytest.fixture(scope="session")
def pixels() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 255, (37, 53, 3), dtype=np.uint8)


@pytest.fixture(scope="session")
def asked_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("data")
    make_dataset("scenes", root, images=23, val_images=5, test_images=3, questions=7, workers=1)
    return root


@pytest.fixture(scope="session")
def asked_run(asked_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two hops and two steps."""
    attention = {"name": "multi_hop", "hops": 2}
    section = {"task": {"root": str(asked_world), "model": {**SIZES, "attention": attention}}}
    training = {"steps": 2, "batch_size": 31, "evaluate_every": "end", "device": "cpu"}
    return run(RunConfig.parse({**section, "training": training}), tmp_path_factory.mktemp("runs")).folder
