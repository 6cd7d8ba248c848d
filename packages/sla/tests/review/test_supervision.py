"""The loss by which thoughts guess words, against loops and by hand."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath_sla.review import reference as loops
from scanpath_sla.review.supervision import discriminative_loss, word_sets

WORDS = torch.tensor([[2, 7, 5, 7, 3, 0], [2, 1, 3, 0, 0, 0], [2, 4, 4, 6, 5, 3]])


def test_words_are_named_once_and_those_that_are_none_not_at_all():
    assert word_sets(WORDS).tolist() == [[7, 5, -1, -1, -1, -1], [-1] * 6, [6, 5, 4, -1, -1, -1]]

    """The word 4 of V = 6 in two steps: largest scores 0, 0, 0, 0, 0.5, 0.25: four margins of 0.5 and one of 0.75."""
    scores = torch.zeros(1, 2, 6)
    scores[0, 0, 4], scores[0, 1, 4], scores[0, 1, 5] = 0.5, -3.0, 0.25
    loss = discriminative_loss(scores, torch.tensor([[2, 4, 3]]))
    assert loss.item() == pytest.approx((4 * 0.5 + 0.75) / 6)


@given(steps=st.integers(1, 5), vocabulary=st.sampled_from([8, 11, 23]), seed=st.integers(0, 10**6))
def test_equals_the_loop(gradients, steps, vocabulary, seed):
    source = torch.Generator().manual_seed(seed)
    scores = torch.randn(3, steps, vocabulary, generator=source).requires_grad_()
    known = [{7, 5}, set(), {4, 5, 6}]
    fast, slow = discriminative_loss(scores, WORDS), loops.discriminative(scores, known)
    torch.testing.assert_close(fast, slow, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(gradients([fast], [scores]), gradients([slow], [scores]), rtol=1e-5, atol=1e-6)
