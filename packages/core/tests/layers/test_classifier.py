"""The classifier."""

from __future__ import annotations

import torch
from torch import nn

from scanpath.layers import Classifier


def test_linear_without_a_hidden_layer():
    classifier = Classifier(input_dim=5, answers=7)
    linear = next(module for module in classifier.modules() if isinstance(module, nn.Linear))
    x = torch.randn(3, 5)
    torch.testing.assert_close(classifier(x), linear(x))


def test_perceptron_and_dropout():
    classifier = Classifier(input_dim=5, answers=7, hidden_dim=11, dropout=0.5)
    x = torch.randn(3, 5)
    assert not torch.equal(classifier(x), classifier(x))
    classifier.eval()
    first, second = (module for module in classifier.modules() if isinstance(module, nn.Linear))
    torch.testing.assert_close(classifier(x), second(torch.relu(first(x))))


def test_several_hidden_layers():
    classifier = Classifier(input_dim=5, answers=7, hidden_dim=(11, 13))
    first, second, third = (module for module in classifier.modules() if isinstance(module, nn.Linear))
    assert [layer.out_features for layer in (first, second, third)] == [11, 13, 7]
    x = torch.randn(3, 5)
    torch.testing.assert_close(classifier(x), third(torch.relu(second(torch.relu(first(x))))))
