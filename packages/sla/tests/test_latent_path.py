"""The pathway layer by layer: z written out is z in two parts, and what a traditional stack leaves out."""

from __future__ import annotations

import pytest
import torch

from scanpath_sla.latent_path import LatentPath, Look, Values


def look(path, layer, values, state, before=None, bias=None):
    return path(layer, path.of_layers(path.keys(values))[layer], values, state, before, bias)


@pytest.fixture
def values():
    return Values(torch.randn(2, 11, 7), (11,), torch.arange(11) < torch.tensor([[11], [4]]))


def test_z_in_two_parts_is_z_written_out(values):
    path = LatentPath(value_dim=7, state_dims=[5, 3], hidden_dim=13, bias_dim=2)
    bias, first, second = torch.randn(2, 11, 2), torch.randn(2, 5), torch.randn(2, 3)
    one = look(path, 0, values, first, bias=bias)
    z = torch.cat([values.flat, bias], 2)
    hidden = values.flat @ path.values[:13].t() + path.states[0](first, 2).unsqueeze(1) + z @ path.first.t()
    torch.testing.assert_close(one.s, torch.relu(hidden))
    two = look(path, 1, values, second, before=one)
    z = torch.cat([one.s, one.content.unsqueeze(1).expand(-1, 11, -1)], 2)
    weight = torch.cat([path.of_s[0], path.of_content[0]], 1)
    hidden = values.flat @ path.values[13:].t() + path.states[1](second, 2).unsqueeze(1) + z @ weight.t()
    torch.testing.assert_close(two.s, torch.relu(hidden))
    assert not two.weights[1, :, 4:].any()


@pytest.mark.parametrize(("kernel", "cells"), [(1, 1), (3, 9)])
def test_first_weights_are_glorots(assert_glorot, kernel, cells):
    """Of z = [s; a] the kernel of s and the matrix of a are blocks of one matrix."""
    path = LatentPath(value_dim=97, state_dims=[31, 37], hidden_dim=53, bias_dim=2, kernel=kernel)
    assert_glorot(path.values, 97, 53)
    assert_glorot(path.first, cells * 99, cells * 53)
    assert_glorot(path.of_s[0], cells * 53 + 97, 53)
    assert_glorot(path.of_content[0], cells * 53 + 97, 53)
    for states, width in zip(path.states, (31, 37), strict=True):
        assert_glorot(states.linear.weight, width, 53)
        assert not states.linear.bias.any()
    plain = LatentPath(value_dim=97, state_dims=[31, 37], hidden_dim=53, latent=False)
    assert_glorot(plain.of_content[0], 97, 53)


def test_a_traditional_stack_reads_contents_alone(values):
    path = LatentPath(value_dim=7, state_dims=[5, 5], hidden_dim=13, latent=False)
    assert path.first is None
    assert len(path.of_s) == 0
    state = torch.randn(2, 5)
    one = look(path, 0, values, state)
    changed = Look(torch.randn_like(one.s), one.content, one.weights)
    torch.testing.assert_close(look(path, 1, values, state, one), look(path, 1, values, state, changed))


def test_a_learnt_vector_asks_where_there_is_no_state(values):
    path = LatentPath(value_dim=7, state_dims=[None], hidden_dim=13)
    found = look(path, 0, values, None)
    assert found.content.shape == (2, 7)
    found.content.sum().backward()
    assert path.states[0].learnt.grad is not None
