"""BiLSTM against its loop and against torch's own packed recurrence: it steps over what is masked."""

from __future__ import annotations

import functools

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence

from scanpath.attention import BiLSTM, create_attention
from scanpath.attention.encoders import reference
from scanpath.errors import ConfigError
from scanpath.testing import check_attention


def test_contract():
    inner = {"name": "additive", "maps": 2}
    check_attention(functools.partial(create_attention, "bilstm", hidden_dim=5, attention=inner), backend=None)


def some_mask():
    mask = torch.tensor([[1, 0, 1, 1, 0, 1, 0], [1] * 7, [0, 0, 0, 0, 1, 0, 0]], dtype=torch.bool)
    return mask.view(3, 7)


@pytest.mark.parametrize("masked", [True, False])
def test_equals_its_loop(with_gradient, masked):
    encoder = BiLSTM(region_dim=5, hidden_dim=3)
    mask = torch.cat([some_mask(), torch.zeros(1, 7, dtype=torch.bool)]) if masked else None
    directions = [
        (one.weight_ih_l0, one.weight_hh_l0, one.bias_ih_l0 + one.bias_hh_l0)
        for one in (encoder.forwards, encoder.backwards)
    ]
    regions = torch.randn(4, 7, 5)
    fast = with_gradient(lambda r: encoder(r, mask), regions)
    slow = with_gradient(lambda r: reference.bilstm(r, mask, directions), regions)
    torch.testing.assert_close(fast, slow, rtol=1e-4, atol=1e-5)


def test_equals_torchs_packed_lstm_over_the_real_regions():
    encoder, mask = BiLSTM(region_dim=5, hidden_dim=3), some_mask()
    oracle = nn.LSTM(5, 3, batch_first=True, bidirectional=True)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    twins = [(getattr(encoder.forwards, name), getattr(oracle, name)) for name in names]
    twins += [(getattr(encoder.backwards, name), getattr(oracle, f"{name}_reverse")) for name in names]
    with torch.no_grad():
        for ours, theirs in twins:
            theirs.copy_(ours)
    regions = torch.randn(3, 7, 5, requires_grad=True)
    mine = encoder(regions, mask)[mask]
    packed = pack_sequence([vs[real] for vs, real in zip(regions, mask, strict=True)], enforce_sorted=False)
    padded, lengths = pad_packed_sequence(oracle(packed)[0], batch_first=True)
    theirs = torch.cat([states[:length] for states, length in zip(padded, lengths, strict=True)])
    torch.testing.assert_close(mine, theirs)
    pull = torch.randn(theirs.shape)
    gradients = [
        torch.autograd.grad((out * pull).sum(), [regions, *parameters])
        for out, parameters in ((mine, [ours for ours, _ in twins]), (theirs, [other for _, other in twins]))
    ]
    torch.testing.assert_close(*gradients)


def test_a_grid_is_read_row_by_row():
    encoder, grid = BiLSTM(region_dim=5), torch.randn(2, 3, 7, 5)
    assert encoder.output_dim == 6
    torch.testing.assert_close(encoder(grid).flatten(1, 2), encoder(grid.flatten(1, 2)))


def test_facts_are_those_of_the_inner_attention():
    attention = create_attention("bilstm", region_dim=5, hidden_dim=7, attention={"name": "multi_hop", "hops": 3})
    assert (attention.context_dim, attention.axis) == (14, "hop")
    with pytest.raises(ConfigError, match="hidden_dim=0"):
        BiLSTM(region_dim=5, hidden_dim=0)
