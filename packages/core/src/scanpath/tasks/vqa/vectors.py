"""The word vectors of a recipe: their width, their checksum, and how they come into a model."""

from __future__ import annotations

import inspect
from pathlib import Path

import torch

from scanpath.data.digests import known_sha256
from scanpath.data.word_vectors import WordVectors, width_of_vectors
from scanpath.errors import ConfigError
from scanpath.hosts import VQAModel, find_host
from scanpath.hosts.initialisation import put_word_vectors
from scanpath.layers import QuestionEncoder
from scanpath.tasks.vqa.settings import ModelSettings, WordVectorSettings

NUMBERED = 2
"""Numbers in front of the words', for padding and the unknown word."""


def beside_width(chosen: WordVectorSettings | None) -> int:
    """Return how wide the vectors are that stand beside the learnt words: 0 for none."""
    return 0 if chosen is None or chosen.place != "beside" else width_of_vectors(Path(chosen.path), dim=chosen.dim)


def vectors_key(chosen: WordVectorSettings, model: ModelSettings) -> str:
    """Return the checksum of a file of word vectors that the model has room for.

    Raises:
        ConfigError: its vectors are to be in the embedding and are of another width.
        DataError: the file is missing or no such file.
    """
    width = width_of_vectors(Path(chosen.path), dim=chosen.dim)
    default = inspect.signature(find_host(model.name)).parameters["embedding_dim"].default
    embedding = (model.model_extra or {}).get("embedding_dim", default)
    if chosen.place == "embedding" and width != embedding:
        raise ConfigError(
            f"{chosen.path} has vectors of {width} numbers, and a word of the model has {embedding}: give "
            f"task.model.embedding_dim={width}, or task.word_vectors.place=beside."
        )
    return known_sha256(Path(chosen.path))


def put_vectors(model: VQAModel, found: WordVectors, chosen: WordVectorSettings) -> None:
    """Give a model's words their vectors."""
    assert isinstance(model.question, QuestionEncoder)  # noqa: S101 - every host reads questions with one
    vectors = torch.zeros(len(found.words) + NUMBERED, found.dim)
    vectors[NUMBERED:] = torch.from_numpy(found.vectors)
    known = torch.zeros(len(vectors), dtype=torch.bool)
    known[NUMBERED:] = torch.from_numpy(found.found)
    put_word_vectors(model.question, vectors, known, beside=chosen.place == "beside", trained=chosen.trained)
