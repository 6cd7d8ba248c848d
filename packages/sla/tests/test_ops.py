"""Each equation by itself: hand-worked values, and what no function may do to what it is given."""

from __future__ import annotations

import pytest
import torch

from scanpath_sla import ops, reference


def test_reasoning_by_hand():
    keys = torch.tensor([[[1.0, -2.0], [0.5, 4.0]]])
    state = torch.tensor([[-0.75, 1.0]])
    assert ops.reasoning(keys, state).tolist() == [[[0.25, 0.0], [0.0, 5.0]]]
    assert torch.equal(ops.reasoning(keys, state, "tanh"), torch.tanh(torch.tensor([[[0.25, -1.0], [-0.25, 5.0]]])))
    assert keys[0, 0, 0] == 1


def test_a_learnt_vector_of_full_precision_leaves_keys_of_half_their_width():
    """As under autocast, which computes W_v v in bf16 and leaves a parameter as it is."""
    keys, state = torch.ones(1, 3, 2, dtype=torch.bfloat16), torch.ones(1, 2)
    assert ops.reasoning(keys, state).dtype == torch.bfloat16
    assert ops.latent_reasoning(keys, state, keys.clone()).dtype == torch.bfloat16


def test_latent_reasoning_by_hand():
    keys, state = torch.tensor([[[1.0], [-3.0]]]), torch.tensor([[0.5]])
    product = ops.carried(torch.tensor([[[2.0, 1.0], [0.0, 4.0]]]), torch.tensor([[1.0, 0.25]]))
    assert product.tolist() == [[[2.25], [1.0]]]
    assert ops.latent_reasoning(keys, state, product).tolist() == [[[3.75], [0.0]]]
    assert (keys.flatten().tolist(), state.item()) == ([1.0, -3.0], 0.5)


def test_importance_by_hand():
    s = torch.tensor([[[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]]])
    assert ops.importance(s, torch.tensor([0.5, 2.0])).tolist() == [[[4.5, -2.0, 2.5]]]


def test_the_bias_by_hand():
    state = torch.tensor([[1.0, 2.0]])
    weight = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, 0.0]])
    bias = torch.tensor([0.0, 0.5, 0.0, -1.0])
    found = ops.positional_bias(state, weight, bias, 2, "linear")
    assert found.tolist() == [[[1.0, 2.5], [3.0, 1.0]]]
    assert torch.equal(ops.positional_bias(state, weight, bias, 2), found.tanh())


def test_pooling_by_hand():
    s = torch.tensor([[[1.0, 2.0], [3.0, 6.0], [100.0, 100.0]]])
    content = torch.tensor([[7.0]])
    mask = torch.tensor([[True, True, False]])
    assert ops.pooled_latent(s, content, mask).tolist() == [[2.0, 4.0, 7.0]]
    assert ops.pooled_latent(s, content, ~mask & mask).tolist() == [[0.0, 0.0, 7.0]]


def test_a_streams_end_is_a_convolution_of_z_written_out():
    s, content = torch.randn(2, 11, 5), torch.randn(2, 7)
    of_s, of_content, bias = torch.randn(3, 5), torch.randn(3, 7), torch.randn(3)
    mask = torch.rand(2, 11) > 0.4
    z = torch.cat([s, content.unsqueeze(1).expand(-1, 11, -1)], 2)
    rows = torch.relu(z @ torch.cat([of_s, of_content], 1).t() + bias)
    expected = torch.stack([row[real].mean(0) for row, real in zip(rows, mask, strict=True)])
    torch.testing.assert_close(ops.stream_output(s, content, of_s, of_content, bias, mask), expected)


@pytest.mark.parametrize("seed", range(3))
def test_a_convolution_sees_real_neighbours_alone(seed):
    torch.manual_seed(seed)
    latent, kernel = torch.randn(2, 15, 3), torch.randn(5, 3, 3, 3)
    mask = torch.rand(2, 15) > 0.3
    found = ops.carried(latent, kernel, axes=(3, 5), mask=mask)
    layer = reference.Layer(*(torch.zeros(()),) * 3, None, torch.zeros(()))
    for b in range(2):
        seen = reference.real(mask, b, 15)
        slow = reference.carried(layer, reference.Kernel(kernel, None, 3, 5), list(latent[b]), None, seen)
        torch.testing.assert_close(found[b], torch.stack(slow))


def test_a_convolution_of_one_cell_is_the_formula():
    latent, weight = torch.randn(2, 15, 3), torch.randn(5, 3)
    torch.testing.assert_close(ops.carried(latent, weight[..., None, None], axes=(3, 5)), ops.carried(latent, weight))
