"""Twins that offer two steps and are something else when they are called."""

from __future__ import annotations

import pytest

from scanpath.attention.scorers.additive import AdditiveScorer
from scanpath.attention.soft import SoftAttention
from scanpath.testing import ContractError, check_attention, check_scorer
from scanpath.testing.prepared import in_two_steps
from scanpath.testing.subject import Subject


def test_a_correct_scorer_passes_and_one_without_is_left_alone(scorer):
    in_two_steps(Subject(factory=AdditiveScorer, role="Scorer"))
    in_two_steps(Subject(factory=scorer, role="Scorer"))


def test_a_step_that_does_something_else(scorer):
    class Halved(scorer):
        def forward(self, regions, query=None, mask=None):
            return super().forward(regions, query, mask)

        def keys(self, regions, mask=None):
            return self.clean(regions, mask)

        def score_keys(self, keys, query=None):
            return super().forward(keys, query) / 2

    with pytest.raises(ContractError, match=r"calling it in two steps changes it by up to .*scores.*; let forward be"):
        check_scorer(Halved, backend=None)


def test_keys_that_asking_changes():
    class Spent(AdditiveScorer):
        def forward(self, regions, query=None, mask=None):
            return self.score_keys(self.keys(regions, mask), query)

        def keys(self, regions, mask=None):
            return super().keys(regions, mask)

        def score_keys(self, keys, query=None):
            scores = super().score_keys(keys, query)
            keys += 1
            return scores

    def soft(*, region_dim, query_dim=None):
        return SoftAttention(Spent(region_dim=region_dim, query_dim=query_dim), region_dim=region_dim)

    with pytest.raises(ContractError, match="calling it in two steps changes it"):
        in_two_steps(Subject(factory=soft, role="Attention"))


def test_a_missing_second_step(attention):
    class Half(attention):
        def forward(self, regions, query=None, mask=None):
            return super().forward(regions, query, mask)

        def keys(self, regions, mask=None):
            return None

    with pytest.raises(ContractError, match=r"crashes in two steps .AttributeError: .*attend"):
        check_attention(Half, backend=None)
