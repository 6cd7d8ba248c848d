"""Twins whose parameters or inputs learn nothing, or whose query is decoration."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.testing import ContractError, check_attention, check_co_attention, check_scorer
from scanpath.testing.gradients import to_parameters
from scanpath.testing.subject import Subject


def test_a_parameter_that_is_not_used(scorer):
    class Idle(scorer):
        def __init__(self, **keywords):
            super().__init__(**keywords)
            self.idle = nn.Linear(2, 2, bias=False)

    with pytest.raises(ContractError, match=r"idle.weight gets no gradient; use it in what is returned"):
        check_scorer(Idle)


def test_a_bias_under_a_softmax(attention, scorer):
    class Biased(scorer):
        def __init__(self, **keywords):
            super().__init__(**keywords)
            self.score = nn.Linear(23, self.maps)

    class Softmaxed(attention):
        scorer_class = Biased

    def check(*names):
        to_parameters(Subject(factory=Softmaxed, role="Attention", zero_gradients=names))

    to_parameters(Subject(factory=Biased, role="Scorer"))
    with pytest.raises(ContractError, match=r"scorer\.score\.bias gets no gradient"):
        check_attention(Softmaxed)
    check_attention(Softmaxed, zero_gradients=["scorer.score.bias"])
    check("*.score.bias")
    with pytest.raises(ContractError, match=r"'score\.bias', which no parameter is called"):
        check("score.bias")
    with pytest.raises(ContractError, match=r"names scorer\.score\.weight, whose gradient is not zero"):
        check("scorer.score.*")


def test_a_gradient_that_is_no_number(scorer):
    class Root(scorer):
        def hidden(self, regions, query):
            hidden = super().hidden(regions, query)
            return hidden + (hidden - hidden).sqrt()

    with pytest.raises(ContractError, match=r"gradient of .* is not finite"):
        check_scorer(Root)


def test_detached_regions(attention):
    class Detached(attention):
        def forward(self, regions, query=None, mask=None):
            return super().forward(regions.detach(), query, mask)

    with pytest.raises(ContractError, match=r"the gradient of the regions is missing or zero; do not detach"):
        check_attention(Detached)


def test_detached_context(attention):
    class Detached(attention):
        def pool(self, weights, regions, mask):
            return super().pool(weights, regions, mask).detach()

    with pytest.raises(ContractError, match=r"nothing of what it returns carries a gradient"):
        check_attention(Detached)


def test_detached_tokens(co_attention):
    class Detached(co_attention):
        def forward(self, regions, tokens, query=None, region_mask=None, token_mask=None):
            return super().forward(regions, tokens.detach(), query, region_mask, token_mask)

    with pytest.raises(ContractError, match=r"the gradient of the tokens is missing or zero"):
        check_co_attention(Detached)


def test_a_query_that_is_ignored(scorer):
    class Ignores(scorer):
        def __init__(self, *, region_dim, query_dim=None):
            super().__init__(region_dim=region_dim)

        def forward(self, regions, query=None, mask=None):
            if query is not None and query.shape != (len(regions), 17):
                raise ValueError
            return super().forward(regions, None, mask)

    with pytest.raises(ContractError, match=r"the gradient of the query is missing or zero"):
        check_scorer(Ignores)


def test_a_query_that_only_seems_to_matter(scorer):
    class Cancels(scorer):
        def hidden(self, regions, query):
            if len(query) != len(regions) or query.shape[1] != 17:
                raise ValueError
            return torch.tanh(self.key(regions)) + 0 * self.ask(query).sum()

    with pytest.raises(ContractError, match=r"ask.weight gets no gradient"):
        check_scorer(Cancels)


def test_ignoring_is_fine_if_said(scorer):
    class Blind(scorer):
        def __init__(self, *, region_dim, query_dim=None):
            super().__init__(region_dim=region_dim)

        def forward(self, regions, query=None, mask=None):
            if query is not None and query.shape != (len(regions), 17):
                raise ValueError
            return super().forward(regions, None, mask)

    check_scorer(Blind, query="ignored")
    check_scorer(Blind, query=False)
    with pytest.raises(ContractError, match=r"changes the result although it is to be ignored"):
        check_scorer(scorer, query="ignored")


def test_a_backward_pass_that_crashes(attention):
    class InPlace(attention):
        def normalise(self, scores, mask):
            weights = super().normalise(scores, mask)
            weights.exp().mul_(weights).add_(1)  # harmless
            squared = weights * weights
            weights.mul_(1)  # spoils what the product saved
            return weights + 0 * squared

    with pytest.raises(ContractError, match=r"crashes in the backward pass .RuntimeError"):
        check_attention(InPlace)
