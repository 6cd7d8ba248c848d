"""Twins that normalise where they must not, or whose weights are not of the kind they name."""

from __future__ import annotations

import pytest
import torch

from scanpath.testing import ContractError, check_attention, check_co_attention, check_scorer


@pytest.mark.parametrize(
    ("squash", "words"),
    [
        (
            lambda scores: scores.flatten(2).softmax(-1).view(scores.shape),
            "sum to 1 over the regions, as after a softmax",
        ),
        (lambda scores: scores.flatten(2).log_softmax(-1).view(scores.shape), "as after a log-softmax"),
        (torch.sigmoid, "as after a sigmoid"),
        (torch.tanh, "as after a tanh"),
    ],
    ids=["softmax", "log-softmax", "sigmoid", "tanh"],
)
def test_a_normalised_scorer(scorer, squash, words):
    class Normalised(scorer):
        def forward(self, regions, query=None, mask=None):
            return squash(super().forward(regions, query, mask))

    with pytest.raises(ContractError, match=f"Scorer Normalised.*{words}.*return the scores before normalising"):
        check_scorer(Normalised)


def test_scores_that_are_never_negative_are_scores(scorer):
    class Rectified(scorer):
        def forward(self, regions, query=None, mask=None):
            return super().forward(regions, query, mask).relu()

    check_scorer(Rectified)


def test_a_cosine_is_a_score(scorer):
    class Cosine(scorer):
        maps = 1

        def forward(self, regions, query=None, mask=None):
            hidden = self.hidden(self.clean(regions, mask), query)
            return torch.cosine_similarity(hidden, self.score.weight[0], dim=-1).unsqueeze(1)

    check_scorer(Cosine)


def test_weights_that_do_not_sum_to_one(attention):
    class Unnormalised(attention):
        def normalise(self, scores, mask):
            weights = scores.sigmoid()
            return weights if mask is None else weights.masked_fill(~mask.unsqueeze(1), 0)

    class Gate(Unnormalised):
        kind = "gate"

    with pytest.raises(ContractError, match=r"kind is 'soft' but a map of region weights sums to .* expected 1"):
        check_attention(Unnormalised)
    check_attention(Gate)


def test_weights_normalised_over_padding_too(attention):
    class OverPadding(attention):
        def normalise(self, scores, mask):
            weights = super().normalise(scores, None)
            return weights if mask is None else weights.masked_fill(~mask.unsqueeze(1), 0)

    with pytest.raises(ContractError, match=r"over the real cells, expected 1; normalise over the real cells only"):
        check_attention(OverPadding)


def test_wrong_kind(attention):
    class CallsItselfHard(attention):
        kind = "hard"

    with pytest.raises(ContractError, match=r"kind is 'hard' but some region weights are neither 0 nor 1"):
        check_attention(CallsItselfHard)


def test_weights_that_are_scores(attention):
    class Scores(attention):
        def forward(self, regions, query=None, mask=None):
            return super().forward(regions, query, mask)._replace(weights=self.scorer(regions, query, mask))

    with pytest.raises(ContractError, match=r"some region weights lie outside \[0, 1\]"):
        check_attention(Scores)


def test_weights_behind_the_mask(attention):
    class Uniform(attention):
        def forward(self, regions, query=None, mask=None):
            out = super().forward(regions, query, mask)
            return out._replace(weights=torch.where(out.weights == 0, 1e-6, out.weights))

    with pytest.raises(ContractError, match=r"region weights behind the mask are not 0; fill masked scores with -inf"):
        check_attention(Uniform)


def test_a_co_attention_whose_token_map_does_not_sum_to_one(co_attention):
    class Half(co_attention):
        def forward(self, regions, tokens, query=None, region_mask=None, token_mask=None):
            out = super().forward(regions, tokens, query, region_mask, token_mask)
            return out._replace(tokens=out.tokens._replace(weights=out.tokens.weights / 2))

    with pytest.raises(ContractError, match=r"a map of token weights sums to 0\.5"):
        check_co_attention(Half)
