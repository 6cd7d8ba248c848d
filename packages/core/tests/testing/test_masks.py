"""Twins through whose masks something leaks, each named by what leaks where."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.testing import ContractError, check_attention, check_co_attention, check_scorer


def test_a_leak_through_the_mask(attention):
    class Leaky(attention):
        def pool(self, weights, regions, mask):
            return super().pool(weights, regions, mask) + regions.flatten(1, -2).mean(1).repeat(1, self.scorer.maps)

    with pytest.raises(ContractError, match=r"another number behind the mask reaches the region context and"):
        check_attention(Leaky)


def test_nan_behind_the_mask(attention):
    class Multiplies(attention):
        """Zero weights are thought to be enough, but 0 * NaN = NaN."""

        def pool(self, weights, regions, mask):
            return super().pool(weights, regions, None)

    with pytest.raises(ContractError, match=r"NaN behind the mask reaches the region context and makes it not finite"):
        check_attention(Multiplies)


def test_padding_multiplied_away(scorer):
    class Product(scorer):
        def clean(self, regions, mask):
            if mask is not None and mask.shape != regions.shape[:-1]:
                raise ValueError
            return regions if mask is None else regions * mask.unsqueeze(-1)

    # Real cells of a scorer that looks at each cell alone are right; the parameters' gradients are not.
    with pytest.raises(ContractError, match=r"NaN behind the mask reaches the gradient of key.weight"):
        check_scorer(Product)


def test_a_gradient_to_masked_regions(attention):
    class Straight(attention):
        """The value cancels, the gradient stays."""

        def pool(self, weights, regions, mask):
            extra = regions.nan_to_num(0, 0, 0).flatten(1, -2).sum(1).repeat(1, self.scorer.maps)
            return super().pool(weights, regions, mask) + extra - extra.detach()

    with pytest.raises(ContractError, match=r"regions behind the mask get a gradient"):
        check_attention(Straight)


class WalksOverPadding(nn.Module):
    """A bi-directional LSTM over the regions: padding at the end is where its way back begins."""

    maps = 2

    def __init__(self, *, region_dim, query_dim=None):
        super().__init__()
        self.lstm = nn.LSTM(region_dim + query_dim, 5, batch_first=True, bidirectional=True)
        self.score = nn.Linear(10, 2)

    def forward(self, regions, query=None, mask=None):
        if mask is not None:
            if mask.shape != regions.shape[:-1]:
                raise ValueError
            regions = torch.where(mask.unsqueeze(-1), regions, 0)
        flat = regions.flatten(1, -2)
        if len(query) != len(flat):
            raise ValueError
        states, _ = self.lstm(torch.cat([flat, query.unsqueeze(1).expand(-1, flat.shape[1], -1)], -1))
        return self.score(states).movedim(-1, 1).reshape(len(flat), 2, *regions.shape[1:-1])


def test_a_walk_over_padding():
    with pytest.raises(ContractError, match=r"WalksOverPadding.*appending masked boxes changes it .*step over padding"):
        check_scorer(WalksOverPadding)


def test_a_mean_over_padding(attention):
    class Mean(attention):
        def pool(self, weights, regions, mask):
            return super().pool(weights, regions, mask) / weights[0, 0].numel()

    with pytest.raises(ContractError, match=r"appending masked boxes changes it"):
        check_attention(Mean)


def test_a_mask_that_is_all_true_is_none(attention):
    class Shortcut(attention):
        def pool(self, weights, regions, mask):
            return super().pool(weights, regions, mask) * (2 if mask is None else 1)

    with pytest.raises(ContractError, match=r"a mask that is all True changes it .* against no mask"):
        check_attention(Shortcut)


@pytest.mark.parametrize(
    ("zeroed", "words"),
    [
        (False, "a row whose mask is all False has a region context that is not finite"),
        (True, "a row whose mask is all False makes the gradient of .* not finite"),
    ],
)
def test_an_all_masked_row(attention, zeroed, words):
    class NoGuard(attention):
        def normalise(self, scores, mask):
            if mask is None:
                return super().normalise(scores, None)
            weights = (scores + mask.unsqueeze(1).log()).flatten(2).softmax(-1).view(scores.shape)
            return weights.nan_to_num(0) if zeroed else weights

    with pytest.raises(ContractError, match=words):
        check_attention(NoGuard)


def test_an_all_masked_row_with_weights(attention):
    class Uniform(attention):
        def normalise(self, scores, mask):
            weights = super().normalise(scores, mask)
            if mask is None:
                return weights
            empty = ~mask.flatten(1).any(1).view(-1, *[1] * (weights.dim() - 1))
            return torch.where(empty, 0.5, weights)

    with pytest.raises(ContractError, match=r"a row whose mask is all False has region weights that are not 0"):
        check_attention(Uniform)


def test_the_token_side_leaks(co_attention):
    class TokenLeak(co_attention):
        def forward(self, regions, tokens, query=None, region_mask=None, token_mask=None):
            out = super().forward(regions, tokens, query, region_mask, token_mask)
            return out._replace(regions=self.see(regions, tokens.mean(1), region_mask))

    with pytest.raises(ContractError, match=r"another number behind the token mask reaches the region context"):
        check_co_attention(TokenLeak)


def test_one_mask_alone_is_forgotten(co_attention):
    class BothOrNothing(co_attention):
        def forward(self, regions, tokens, query=None, region_mask=None, token_mask=None):
            if region_mask is None or token_mask is None:
                region_mask = token_mask = None
            return super().forward(regions, tokens, query, region_mask, token_mask)

    with pytest.raises(ContractError, match=r"another number behind the region mask reaches"):
        check_co_attention(BothOrNothing)


def test_tokens_walked_over(co_attention):
    class Last(co_attention):
        def mean(self, values, mask):
            values = values.flatten(1, -2)
            if mask is None:
                return values[:, -1]
            return torch.where(mask.flatten(1).unsqueeze(-1), values, 0)[:, -1]

    with pytest.raises(ContractError, match=r"appending masked tokens changes it"):
        check_co_attention(Last)
