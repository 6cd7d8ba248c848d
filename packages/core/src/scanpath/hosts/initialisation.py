"""How the papers draw their first weights. What a mechanism draws itself is left alone."""

from __future__ import annotations

import torch
from torch import nn

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
def xavier_linear(module: nn.Module) -> None:
    """Draw every linear map after Glorot and Bengio, biases 0."""
    for layer in module.modules():
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                layer.bias.zero_()
