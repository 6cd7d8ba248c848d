"""How the papers draw their first weights. What a mechanism draws itself is left alone."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.layers import QuestionEncoder


@torch.no_grad()
def uniform_question(question: QuestionEncoder, bound: float = 0.08) -> None:
    """Draw words and recurrent weights from U(-bound, bound), biases 0; the word 0, padding, stays 0. Source: MCB."""
    question.embedding.weight[1:].uniform_(-bound, bound)
    for name, parameter in question.layers.named_parameters():
        parameter.zero_() if "bias" in name else parameter.uniform_(-bound, bound)


@torch.no_grad()
def xavier_question(question: QuestionEncoder) -> None:
    """Draw words, and recurrent weights gate by gate, after Glorot and Bengio; biases 0. Source: the code of Kazemi."""
    nn.init.xavier_uniform_(question.embedding.weight)
    question.embedding.weight[0].zero_()
    for name, parameter in question.layers.named_parameters():
        if "bias" in name:
            parameter.zero_()
            continue
        for gate in torch.chunk(parameter, 4):
            nn.init.xavier_uniform_(gate)


@torch.no_grad()
def put_word_vectors(question: QuestionEncoder, vectors: Tensor, known: Tensor, *, beside: bool, trained: bool) -> None:
    """Give words vectors of another source, such as GloVe; a word without one keeps what was drawn, or 0 beside it.

    Args:
        question: Built with ``beside_dim=D`` for ``beside``, else with ``embedding_dim=D``.
        vectors: (V, D), row by row of the vocabulary, padding and the unknown word included.
        known: (V,) bool, which rows are vectors.
        beside: Put them beside the learnt words, in place of being these words' first weights.
        trained: Learn them further; otherwise they, and with them all words of that table, stay as they are.

    Raises:
        ConfigError: Vectors of another width than the table that they are for.
    """
    table = question.beside if beside else question.embedding
    width = 0 if table is None else table.embedding_dim
    if table is None or width != vectors.shape[1]:
        raise ConfigError(
            f"word vectors of {vectors.shape[1]} numbers do not fit {width or 'no'} {'beside ' if beside else ''}"
            f"a word: give the model embedding_dim={vectors.shape[1]}, or take vectors of that width."
        )
    table.weight[known] = vectors[known].to(table.weight)
    table.weight.requires_grad_(trained)


@torch.no_grad()
def xavier_linear(module: nn.Module) -> None:
    """Draw every linear map after Glorot and Bengio, biases 0."""
    for layer in module.modules():
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                layer.bias.zero_()
