"""A mask between 0 and 1 chooses between new and old features, and its scorer may be any of one map."""

from __future__ import annotations

import math
from functools import partial

import pytest
import torch

from scanpath.attention import create_scorer
from scanpath.errors import ConfigError
from scanpath_attention_rnn import AttentionRNN
from scanpath_attention_rnn.modular_gan import LocalMask, Transformer
from scanpath_attention_rnn.modular_gan.transformer import blended, gate


def test_the_gate_is_half_of_one_and_a_hyperbolic_tangent():
    scores = torch.tensor([0.0, 0.7, -3.0], dtype=torch.float64)
    expected = [0.5 * (1 + math.tanh(score)) for score in scores.tolist()]
    torch.testing.assert_close(gate(scores), torch.tensor(expected, dtype=torch.float64))
    assert gate(torch.tensor([-50.0, 50.0])).tolist() == [0, 1]


def test_features_are_blended_cell_by_cell(assert_twins):
    mask, new, old = (torch.rand(shape, dtype=torch.float64) for shape in ((2, 1, 3, 5), (2, 7, 3, 5), (2, 7, 3, 5)))
    leaves = [one.requires_grad_() for one in (mask, new, old)]
    slow = torch.stack(
        [torch.stack([mask[b, 0] * new[b, d] + (1 - mask[b, 0]) * old[b, d] for d in range(7)]) for b in range(2)]
    )
    assert_twins(blended(*leaves), slow, leaves)


class Constant(torch.nn.Module):
    """A scorer that says the same of each cell."""

    maps = 1

    def __init__(self, score, **dims):
        super().__init__()
        self.score, self.dims = score, dims

    def forward(self, regions, query=None, mask=None):
        assert query is None
        return torch.full((regions.shape[0], 1, *regions.shape[1:3]), self.score)


@pytest.mark.parametrize("score", [-50.0, 50.0])
def test_a_mask_keeps_or_changes_all(score):
    layer = Transformer(region_dim=7, code_dim=3, blocks=2, scorer=partial(Constant, score))
    assert layer.scorer.dims == {"region_dim": 7, "query_dim": None}
    features, code = torch.randn(2, 7, 5, 11), torch.eye(3)[:2]
    found = layer(features, code)
    tiled = torch.cat([features, code.view(2, 3, 1, 1) * torch.ones(2, 3, 5, 11)], dim=1)
    expected = features if score < 0 else layer.change(tiled)
    torch.testing.assert_close(found.features, expected)
    assert found.mask.unique().tolist() == [score > 0]


@pytest.mark.parametrize("scorer", [LocalMask, partial(AttentionRNN, hidden=5), partial(create_scorer, "local")])
def test_any_scorer_of_one_map_gives_the_mask(scorer):
    layer = Transformer(region_dim=7, code_dim=1, blocks=1, scorer=scorer)
    found = layer(torch.randn(2, 7, 3, 5), torch.ones(2, 1))
    assert found.mask.shape == (2, 1, 3, 5)
    assert 0 < found.mask.min() < found.mask.max() < 1
    found.features.square().sum().backward()
    missing = {name for name, one in layer.named_parameters() if one.grad is None or not one.grad.any()}
    deviations = {"scorer.head_bias", "scorer.combine_bias"}  # parts of them are of deviations, which are not drawn
    assert missing <= deviations


def test_a_scorer_of_two_maps_is_refused():
    with pytest.raises(ConfigError, match="scorer of 2 maps, expected one"):
        Transformer(region_dim=7, code_dim=1, scorer=partial(LocalMask, maps=2))
