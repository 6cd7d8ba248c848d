"""The joint embedding against its loop, and the readings of its layers."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.errors import ConfigError
from scanpath_han import reference
from scanpath_han.embedding import JointEmbedding


@pytest.mark.parametrize("layers", [0, 1, 2, 3])
@pytest.mark.parametrize("query_dim", [5, None])
def test_equals_its_loop(layers, query_dim):
    torch.manual_seed(0)
    embed = JointEmbedding(region_dim=7, query_dim=query_dim, hidden_dim=11, layers=layers).double()
    regions, query = torch.randn(2, 3, 13, 7).double(), torch.randn(2, 5).double() if query_dim else None
    if query_dim:
        asked, first = query, (embed.query.linear.weight, embed.query.linear.bias)
    else:  # the bias of a layer whose input is 0
        asked, first = torch.zeros(2, 1).double(), (torch.zeros(11, 1).double(), embed.query.learnt)
    of_regions, further = (
        [(one.weight, one.bias) for one in side if isinstance(one, nn.Linear)]
        for side in (embed.regions, embed.query_out)
    )
    slow = reference.joint(regions.flatten(1, 2), asked, of_regions, [first, *further], relu=layers > 0)
    fast = embed(regions, query)
    torch.testing.assert_close(fast, slow)
    leaves = list(embed.parameters())
    pull = torch.linspace(-1, 1, fast.numel()).double().view_as(fast)
    torch.testing.assert_close(*(torch.autograd.grad((one * pull).sum(), leaves) for one in (fast, slow)))


def test_a_relu_stands_after_the_last_layer_unless_there_is_none():
    regions, query = torch.randn(2, 13, 7), torch.randn(2, 5)
    embedded = [
        JointEmbedding(region_dim=7, query_dim=5, hidden_dim=11, layers=layers)(regions, query) for layers in (2, 0)
    ]
    assert embedded[0].min() >= 0
    assert embedded[1].min() < 0


@pytest.mark.parametrize("layers", [-1, 1.5, True])
def test_impossible_layers_are_refused(layers):
    with pytest.raises(ConfigError, match="expected a whole number from 0 on"):
        JointEmbedding(region_dim=7, query_dim=5, hidden_dim=11, layers=layers)


def test_regions_may_come_embedded():
    torch.manual_seed(0)
    embed = JointEmbedding(region_dim=11, query_dim=5, hidden_dim=11, embeds_regions=False)
    regions, query = torch.randn(2, 3, 13, 11), torch.randn(2, 5)
    assert not list(embed.regions.parameters())
    question = embed(torch.zeros(2, 1, 1, 11), query)  # (2, 1, 11)
    torch.testing.assert_close(embed(regions, query), regions.flatten(1, 2) + question)
    with pytest.raises(ConfigError, match="leave hidden_dim out"):
        JointEmbedding(region_dim=7, query_dim=5, hidden_dim=11, embeds_regions=False)
