"""W_v of all layers is one product; a fusion of each layer stands in its place; both take the same calls."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_sla.reasoning import Fusions, Perceptrons, check_fusion, score_weights, state_projections


def test_layers_are_parts_of_one_product():
    perceptrons = Perceptrons(value_dim=7, state_dims=[5, 3], hidden_dim=11)
    values = torch.randn(2, 13, 7)
    parts = perceptrons.of_layers(perceptrons.keys(values))
    rows = perceptrons.values.weight.split(11)
    for part, own in zip(parts, rows, strict=True):
        torch.testing.assert_close(part, values @ own.t())
    s = perceptrons(1, parts[1], state := torch.randn(2, 3))
    torch.testing.assert_close(s, torch.relu(parts[1] + perceptrons.states[1](state, 2).unsqueeze(1)))


def test_fusions_see_the_values_anew():
    fusions = Fusions({"name": "hadamard", "output_dim": 11}, value_dim=7, state_dims=[5, 3])
    values, state = torch.randn(2, 13, 7), torch.randn(2, 3)
    parts = fusions.of_layers(fusions.keys(values))
    assert [part is values for part in parts] == [True, True]
    torch.testing.assert_close(fusions(1, parts[1], state), fusions.layers[1](values, state))
    assert fusions.output_dim == 11


def test_a_fusion_wants_something_to_fuse_with():
    with pytest.raises(ConfigError, match="fusion='mcb' joins regions with a question: give query_dim"):
        Fusions("mcb", value_dim=7, state_dims=[None])
    check_fusion({"layers": 3})
    with pytest.raises(ConfigError, match="there is no fusion 'mcp'"):
        check_fusion({"fusion": "mcp"})


def test_first_weights_are_glorots(assert_glorot):
    perceptrons = Perceptrons(value_dim=97, state_dims=[31, 37], hidden_dim=53)
    assert_glorot(perceptrons.values.weight, 97, 53)
    assert_glorot(perceptrons.states[1].linear.weight, 37, 53)
    assert_glorot(score_weights(7, 211), 211, 1)


def test_scores_and_states_have_their_shapes():
    assert score_weights(3, 11).shape == (3, 11)
    linear, learnt = state_projections([5, None], 11)
    assert linear(torch.randn(2, 5), 2).shape == learnt(None, 2).shape == (2, 11)
