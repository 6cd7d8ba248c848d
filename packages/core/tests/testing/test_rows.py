"""Twins whose samples see each other, or that need more than one sample or region."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.testing import ContractError, check_attention, check_scorer


def test_a_softmax_over_the_batch(attention):
    class OverRows(attention):
        def pool(self, weights, regions, mask):
            return super().pool(weights, regions, mask).softmax(0)

    with pytest.raises(ContractError, match=r"taking a sample out of its batch changes it .* so rows see each other"):
        check_attention(OverRows)


def test_a_row_that_sees_the_one_before(attention):
    class Running(attention):
        def pool(self, weights, regions, mask):
            return super().pool(weights, regions, mask).cumsum(0)

    # The first row is right, alone or not; the last one tells.
    with pytest.raises(ContractError, match=r"changing the other rows of a batch changes it .*region context of row 2"):
        check_attention(Running)


def test_a_norm_over_the_batch(scorer):
    class Normed(scorer):
        def __init__(self, **keywords):
            super().__init__(**keywords)
            self.norm = nn.BatchNorm1d(23, track_running_stats=False)

        def hidden(self, regions, query):
            hidden = super().hidden(regions, query)
            return self.norm(hidden.flatten(0, -2)).view(hidden.shape)

    with pytest.raises(ContractError, match=r"so rows see each other; reduce over regions, never over the batch"):
        check_scorer(Normed)


def test_a_crash_at_one_sample(attention):
    class Squeezes(attention):
        def pool(self, weights, regions, mask):
            pooled = super().pool(weights, regions, mask).squeeze()
            return pooled[:, :]

    with pytest.raises(ContractError, match=r"crashes with one sample in the batch .IndexError"):
        check_attention(Squeezes)


def test_a_lost_axis_at_one_sample(attention):
    class Squeezes(attention):
        def pool(self, weights, regions, mask):
            return super().pool(weights, regions, mask).squeeze()

    with pytest.raises(ContractError, match=r"with one sample in the batch the region context have shape \(26,\)"):
        check_attention(Squeezes)


def test_one_region(scorer):
    class Standardised(scorer):
        def forward(self, regions, query=None, mask=None):
            scores = super().forward(regions, query, mask)
            return scores / scores.flatten(2).std(-1).view(*scores.shape[:2], *[1] * (scores.dim() - 2))

    # torch warns of the single degree of freedom, too; a user need not have warnings on.
    with pytest.raises(ContractError, match=r"with one region"):
        check_scorer(Standardised)


def test_one_region_gradient(attention):
    class Spread(attention):
        def normalise(self, scores, mask):
            spread = scores.flatten(2).var(-1, correction=0).sqrt().view(*scores.shape[:2], *[1] * (scores.dim() - 2))
            return super().normalise(scores / (spread + 1), mask)

    with pytest.raises(ContractError, match=r"with one region the gradient of .* is not finite"):
        check_attention(Spread)


def test_sampling_in_eval_mode(scorer):
    class Noisy(scorer):
        def forward(self, regions, query=None, mask=None):
            scores = super().forward(regions, query, mask)
            return scores + 0.1 * torch.randn_like(scores)

    with pytest.raises(ContractError, match=r"calling it again changes it .* in eval mode; sample in training only"):
        check_scorer(Noisy)


def test_a_trace_of_the_last_call(scorer):
    class Remembers(scorer):
        last = 0.0

        def forward(self, regions, query=None, mask=None):
            scores = super().forward(regions, query, mask)
            if mask is not None and mask.shape[0] == 3 and not mask.all():
                self.last = self.last + 0.5
            return scores + (self.last if mask is None else 0.0)

    with pytest.raises(ContractError, match=r"calling it again changes it .* keep nothing of a call"):
        check_scorer(Remembers)
