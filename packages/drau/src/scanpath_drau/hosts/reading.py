"""How the paper's networks read a question: MCB's two LSTMs side by side, with the state after every word."""

from __future__ import annotations

from torch import nn

from scanpath.errors import ConfigError
from scanpath.hosts.initialisation import uniform_question
from scanpath.layers import QuestionEncoder


def question_encoder(
    *, vocabulary_size: int, beside_dim: int, embedding_dim: int, question_dim: int, dropout: float
) -> QuestionEncoder:
    """Build the encoder of section 3.1: words through tanh beside given vectors, then two LSTMs, all states kept.

    Words begin after Glorot and Bengio, recurrent weights from U(-0.08, 0.08), biases at 0, as in the authors' code.

    Args:
        vocabulary_size: Number of word indices; 0 is padding.
        beside_dim: Width of given word vectors, GloVe in the paper, beside each learnt word.
        embedding_dim: Width of a learnt word.
        question_dim: Q, half of it each layer's.
        dropout: After each layer.

    Raises:
        ConfigError: An odd ``question_dim``.
    """
    if question_dim % 2:
        raise ConfigError(f"question_dim {question_dim} cannot be halved between two layers: give an even number.")
    question = QuestionEncoder(
        vocabulary_size=vocabulary_size, beside_dim=beside_dim,
        embedding_dim=embedding_dim, hidden_dim=question_dim // 2, layers=2,
        tanh=True, dropout=dropout, embedding_dropout=0.0, every_layer=True,
    )  # fmt: skip
    uniform_question(question)
    nn.init.xavier_uniform_(question.embedding.weight)
    nn.init.zeros_(question.embedding.weight[0].detach())  # padding stays 0
    return question
