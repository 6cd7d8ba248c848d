"""The network of Sec. 4.1: regions of length 1, words and a bi-directional LSTM, the twin stream, a two-layer network.

The paper's row, as the ``model:`` section of a recipe, for features of 14 x 14::

    {name: sla, co_attention: {name: twin_stream, layers: 3, hidden_dim: 1024, positions: 196}}

Source: Fan and Zhou, CVPR 2018, Secs. 3.4 and 4.1.2. Where it is silent: the hidden layer of the answer is 1024 wide
with ReLU, and dropout of a half stands in front of both of its layers.
"""

from __future__ import annotations

from typing import Any

from scanpath.hosts import VQAModel
from scanpath.hosts.assembly import assemble, stored_regions
from scanpath.hosts.initialisation import xavier_linear, xavier_question
from scanpath.layers import Classifier, Concat, Fusion
from scanpath.layers.regions import Length, Place
from scanpath.types import AttentionFactory, CoAttention, CoAttentionFactory
from scanpath_sla.hosts.words import Words, WordsAndVector


def sla(
    *,
    answers: int,
    vocabulary_size: int,
    beside_dim: int = 0,
    attention: AttentionFactory | None = None,
    co_attention: CoAttentionFactory | None = None,
    feature_dim: int | None = None,
    length: Length = "location",
    coordinates: Place = "none",
    words: Words = "embeddings",
    embedding_dim: int = 300,
    question_dim: int = 1024,
    hidden_dim: int | None = 1024,
    dropout: float = 0.5,
) -> VQAModel:
    """Build the host; all first weights are Glorot's.

    Args:
        answers: A.
        vocabulary_size: Number of word indices; 0 is padding.
        beside_dim: Width of given word vectors, such as GloVe, beside each learnt word.
        attention: Called with ``region_dim`` and ``query_dim``; None (and no ``co_attention``) answers from the
            question alone. Its context stands beside the question's vector.
        co_attention: Called with ``region_dim``, ``token_dim`` and ``query_dim``; both of its contexts go on.
        feature_dim: Width of the stored features.
        length: What of the features is divided by its L2 norm.
        coordinates: What is appended to each region after that.
        words: What the co-attention reads as words: "embeddings", or the "states" of the LSTM.
        embedding_dim: Width of a word.
        question_dim: Q, of both directions together.
        hidden_dim: Width of the answer's hidden layer; None for a linear classifier.
        dropout: In front of the classifier's layers.

    Raises:
        ConfigError: Pictures in place of stored features.
    """
    question = WordsAndVector(
        words=words, vocabulary_size=vocabulary_size, beside_dim=beside_dim, embedding_dim=embedding_dim,
        hidden_dim=question_dim, bidirectional=True,
    )  # fmt: skip
    xavier_question(question)

    def over_words(**given: Any) -> CoAttention:
        assert co_attention is not None  # noqa: S101 - it is called for nothing else
        return co_attention(**{**given, "token_dim": question.token_dim})

    def fuse(seen: int, asked: int, _glimpses: int) -> Fusion:
        return Concat(input_dim=seen, query_dim=asked)

    def classify(width: int) -> Classifier:
        classifier = Classifier(input_dim=width, answers=answers, hidden_dim=hidden_dim, dropout=dropout)
        xavier_linear(classifier)
        return classifier

    return assemble(
        question=question,
        image=stored_regions("sla", feature_dim, coordinates=coordinates, length=length),
        attention=attention,
        co_attention=None if co_attention is None else over_words,
        fuse=fuse,
        classify=classify,
    )
