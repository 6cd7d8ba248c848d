"""First weights lie within their bounds, gate by gate."""

from __future__ import annotations

import torch
from torch import nn

from scanpath.hosts.initialisation import uniform_question, xavier_linear, xavier_question
from scanpath.layers import QuestionEncoder


def question_of():
    return QuestionEncoder(vocabulary_size=997, embedding_dim=31, hidden_dim=53)


def test_uniform():
    question = question_of()
    uniform_question(question, 0.5)
    assert (question.embedding.weight[0] == 0).all()
    for drawn in (question.embedding.weight, question.layers[0].forwards.weight_ih_l0):
        assert 0.49 < drawn.abs().max() <= 0.5
    assert (question.layers[0].forwards.bias_hh_l0 == 0).all()


def test_xavier_by_gates():
    question = question_of()
    xavier_question(question)
    lstm = question.layers[0].forwards
    for weight, inputs in ((lstm.weight_ih_l0, 31), (lstm.weight_hh_l0, 53)):
        bound = (6 / (inputs + 53)) ** 0.5
        assert 0.98 * bound < weight.abs().max() <= bound
    assert (question.embedding.weight[0] == 0).all()
    assert (lstm.bias_ih_l0 == 0).all()


def test_xavier_of_linear_maps():
    layers = nn.Sequential(nn.Linear(31, 53), nn.Linear(53, 7, bias=False))
    xavier_linear(layers)
    assert (layers[0].bias == 0).all()
    assert torch.tensor(0.9) < layers[1].weight.abs().max() / (6 / 60) ** 0.5 <= 1
