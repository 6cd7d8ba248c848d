"""CBAM equals loops over cells and timm's module, number for number, with its gradients; any scorer may be its gate."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from scanpath import create_attention, create_scorer
from scanpath.attention import Contextual
from scanpath.errors import ConfigError, ShapeError
from scanpath_attention_rnn import CBAM, AttentionRNN
from scanpath_attention_rnn.cbam import CBAMGate, reference
from scanpath_attention_rnn.cbam.module import ChannelGate

D = 13


def built(**options):
    """A CBAM with every parameter drawn: what begins at zero hides nothing."""
    module = CBAM(region_dim=D, **{"reduction": 3, **options}).double()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(std=0.5)
    return module


def grid(batch=3, rows=2, columns=5):
    return torch.randn(batch, rows, columns, D, dtype=torch.float64, requires_grad=True)


def test_it_equals_loops(assert_twins):
    module, regions = built(), grid()
    one, two = ((layer.weight, layer.bias) for layer in (module.channels.mlp[0], module.channels.mlp[2]))
    refined = regions * reference.channel_gate(regions, one, two)[:, None, None]
    norm = module.scorer.norm
    scores = reference.normalised(
        reference.convolved_cells(refined, module.scorer.convolution.weight), norm.weight, norm.bias
    )
    expected = refined * (1 / (1 + torch.exp(-scores)))[..., None]
    assert_twins(module(regions), expected, [regions, *module.parameters()])


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kernel", [3, 7])
def test_it_equals_timms(kernel, training, assert_twins):
    """Its layers are convolutions of one cell, and its spatial gate reads the mean in front of the largest channel."""
    cbam = pytest.importorskip("timm.layers.cbam", reason="timm is not installed", exc_type=ImportError)
    module, regions = built(scorer=partial(CBAMGate, kernel=kernel)), grid()
    other = cbam.CbamModule(D, rd_channels=D // 3, spatial_kernel_size=kernel, mlp_bias=True).double()
    own = module.state_dict()
    names = {"channels.mlp.0": "channel.fc1", "channels.mlp.2": "channel.fc2", "scorer.norm": "spatial.conv.bn"}
    state = {
        f"{theirs}.{key.removeprefix(f'{ours}.')}": value[..., None, None] if value.dim() == 2 else value
        for ours, theirs in names.items()
        for key, value in own.items()
        if key.startswith(f"{ours}.")
    }
    other.load_state_dict({**state, "spatial.conv.conv.weight": own["scorer.convolution.weight"].flip(1)})
    module.train(training)
    other.train(training)
    expected = other(regions.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    assert_twins(module(regions), expected, [regions])
    found, theirs = (
        torch.autograd.grad(result.square().sum(), list(one.parameters()))
        for one, result in ((module, module(regions)), (other, other(regions.permute(0, 3, 1, 2))))
    )
    for mine, its in zip(found, theirs, strict=True):
        its = its.flip(1) if its.shape[1:] == (2, kernel, kernel) else its
        torch.testing.assert_close(mine, its.reshape(mine.shape), rtol=1e-9, atol=1e-9)


def test_it_begins_by_letting_half_of_every_cell_through():
    module, regions = CBAM(region_dim=32), torch.randn(2, 3, 5, 32)
    found = module.gate(regions)
    torch.testing.assert_close(found.weights, torch.full((2, 1, 3, 5), 0.5))
    refined = regions * module.channels(regions)[:, None, None]
    torch.testing.assert_close(found.regions, refined / 2)


def test_a_narrow_map_stays_narrow():
    """A gate in full precision does not widen what it multiplies."""
    module = CBAM(region_dim=D, scorer=partial(AttentionRNN, hidden=3))
    module.scorer.register_forward_hook(lambda *call: call[-1].float())
    found = module.bfloat16().gate(torch.randn(2, 3, 5, D, dtype=torch.bfloat16))
    assert (found.regions.dtype, found.weights.dtype) == (torch.bfloat16, torch.float32)


@pytest.mark.parametrize(("width", "hidden"), [(32, 2), (7, 1)])
def test_the_mlp_is_as_narrow_as_asked_for(width, hidden):
    assert ChannelGate(region_dim=width).mlp[0].out_features == hidden


def test_channels_alone():
    module, regions = CBAM(region_dim=D, scorer=None), torch.randn(2, 3, 5, D)
    found = module.gate(regions)
    assert found.weights is None
    torch.testing.assert_close(found.regions, regions * module.channels(regions)[:, None, None])


def test_structure_in_the_spatial_gates_place():
    module = CBAM(region_dim=D, scorer=partial(AttentionRNN, hidden=3))
    regions = torch.randn(2, 3, 5, D)
    found = module.gate(regions)
    refined = regions * module.channels(regions)[:, None, None]
    torch.testing.assert_close(found.weights, module.scorer(refined).sigmoid())
    torch.testing.assert_close(found.regions, refined * found.weights.squeeze(1)[..., None])


@pytest.mark.parametrize("scorer", [CBAMGate, partial(AttentionRNN, hidden=3), None])
def test_what_lies_behind_a_mask_is_not_read(scorer):
    module = CBAM(region_dim=D, scorer=scorer).eval()
    regions, mask = torch.randn(2, 3, 5, D), torch.rand(2, 3, 5) > 0.4
    spoilt = torch.where(mask[..., None], regions, torch.nan).requires_grad_()
    found = module(spoilt, mask)
    torch.testing.assert_close(found, module(torch.where(mask[..., None], regions, 3.0), mask))
    assert not found[~mask].any()
    found.square().sum().backward()
    assert not spoilt.grad[~mask].any()


def test_it_stands_in_front_of_an_attention():
    attention = Contextual(CBAM(region_dim=D), create_attention("dot", region_dim=D, query_dim=7))
    found = attention(torch.randn(2, 3, 5, D), torch.randn(2, 7), torch.rand(2, 3, 5) > 0.2)
    assert (found.context.shape, found.weights.shape) == ((2, D), (2, 1, 3, 5))


def test_modules_and_calls_that_cannot_be():
    with pytest.raises(ConfigError, match="CBAM gates by one map of scores, and a scorer has 2: build one"):
        CBAM(region_dim=D, scorer=partial(create_scorer, "conv", maps=2))
    with pytest.raises(ConfigError, match="ChannelGate got reduction=0, expected a whole number from 1 on"):
        CBAM(region_dim=D, reduction=0)
    with pytest.raises(ShapeError, match=r"CBAM got regions \(2, 3, 5, 4\)"):
        CBAM(region_dim=D)(torch.ones(2, 3, 5, 4))
    with pytest.raises(ShapeError, match=r"CBAMGate got regions .* expected a grid"):
        CBAM(region_dim=D)(torch.ones(2, 5, D))
