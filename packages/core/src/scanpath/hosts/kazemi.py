"""The strong baseline "Show, ask, attend, answer". Source: Kazemi and Elqursh (2017).

Sizes are those of https://github.com/Cyanogenoid/pytorch-vqa, the paper's network as others built it again. The
paper's row, as the ``model:`` section of a recipe::

    {name: kazemi, attention: {name: conv, maps: 2, hidden_dim: 512}}

Its scores are those of ``conv``, a 1x1 layer of the regions plus one of the question, ReLU, and a 1x1 layer to the
maps. Left out: the paper's dropout inside them, which is the mechanism's own affair.
"""

from __future__ import annotations

from scanpath.hosts.assembly import assemble, stored_regions
from scanpath.hosts.initialisation import xavier_linear, xavier_question
from scanpath.hosts.vqa_model import VQAModel
from scanpath.layers import Classifier, Concat, Fusion, QuestionEncoder
from scanpath.layers.regions import Length, Place
from scanpath.types import AttentionFactory, CoAttentionFactory


def kazemi(
    *,
    answers: int,
    vocabulary_size: int,
    beside_dim: int = 0,
    attention: AttentionFactory | None = None,
    co_attention: CoAttentionFactory | None = None,
    feature_dim: int | None = None,
    length: Length = "location",
    coordinates: Place = "none",
    embedding_dim: int = 300,
    question_dim: int = 1024,
    hidden_dim: int | None = 1024,
    dropout: float = 0.5,
) -> VQAModel:
    """Build the host: regions of length 1, the last cell of an LSTM, both side by side, a perceptron.

    Args:
        answers: A.
        vocabulary_size: Number of word indices; 0 is padding.
        beside_dim: Width of given word vectors, such as GloVe, beside each learnt word.
        attention: Called with ``region_dim`` and ``query_dim``; None (and no ``co_attention``) answers from the
            question alone.
        co_attention: Called with ``region_dim``, ``token_dim`` and ``query_dim``.
        feature_dim: Width of the stored features.
        length: What of the features is divided by its L2 norm.
        coordinates: What is appended to each region after that.
        embedding_dim: Width of a word.
        question_dim: Q.
        hidden_dim: Width of the classifier's hidden layer; None for a linear classifier.
        dropout: After the embedding and in front of the classifier's layers.

    Raises:
        ConfigError: Pictures in place of stored features.
    """
    question = QuestionEncoder(
        vocabulary_size=vocabulary_size, beside_dim=beside_dim,
        embedding_dim=embedding_dim, hidden_dim=question_dim, tanh=True, cell=True,
        embedding_dropout=dropout,
    )  # fmt: skip
    xavier_question(question)

    def fuse(seen: int, asked: int, _glimpses: int) -> Fusion:
        return Concat(input_dim=seen, query_dim=asked)

    def classify(width: int) -> Classifier:
        return Classifier(input_dim=width, answers=answers, hidden_dim=hidden_dim, dropout=dropout)

    model = assemble(
        question=question,
        image=stored_regions("kazemi", feature_dim, coordinates=coordinates, length=length),
        attention=attention,
        co_attention=co_attention,
        fuse=fuse,
        classify=classify,
    )
    xavier_linear(model.classifier)
    return model
