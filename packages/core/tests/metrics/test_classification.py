"""Top-k errors against loops over sorted classes."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.errors import ConfigError, DataError, ShapeError
from scanpath.metrics.classification import top_error, true_ranks

SCORES = st.one_of(st.sampled_from([0.0, 1.0, math.inf, -math.inf, math.nan]), st.floats(width=32))


def _error(logits: torch.Tensor, labels: torch.Tensor, k: int) -> float:
    """Sort the classes of one picture after the other, the unknown last, and look among the first ``k``."""
    wrong = 0
    for scores, label in zip(logits.tolist(), labels.tolist(), strict=True):
        order = sorted(range(len(scores)), key=lambda one: (math.isnan(scores[one]), -scores[one], one))
        if math.isnan(scores[label]):  # never right before all classes are allowed
            order = [one for one in order if one != label] + [label]
        wrong += label not in order[:k]
    return 100 * wrong / len(labels)


def test_hand_worked() -> None:
    logits = torch.tensor([[0.1, 0.7, 0.2, 0.0], [0.5, 0.5, 0.5, 0.5], [3.0, 1.0, 2.0, 9.0]])
    labels = torch.tensor([2, 2, 3])
    assert true_ranks(logits, labels).tolist() == [1, 2, 0]
    ranks = true_ranks(logits, labels)
    assert [top_error(ranks, k) for k in (1, 2, 3)] == [pytest.approx(200 / 3), pytest.approx(100 / 3), 0.0]


@given(st.integers(2, 7).flatmap(lambda n: st.lists(st.lists(SCORES, min_size=n, max_size=n), min_size=1, max_size=5)))
def test_equals_the_loop_with_ties_and_what_is_no_number(rows: list[list[float]]) -> None:
    logits = torch.tensor(rows)
    labels = torch.arange(len(rows)) % logits.shape[1]
    ranks = true_ranks(logits, labels)
    for k in range(1, logits.shape[1] + 1):
        assert top_error(ranks, k) == pytest.approx(_error(logits, labels, k))


def test_a_classifier_that_says_the_same_of_all_is_as_good_as_chance() -> None:
    labels = torch.arange(100).repeat(3)
    ranks = true_ranks(torch.zeros(300, 100), labels)
    assert (top_error(ranks), top_error(ranks, 5)) == (99.0, 95.0)
    assert top_error(true_ranks(torch.full((300, 100), math.nan), labels), 99) == 100.0


def test_agrees_with_torch_where_nothing_ties() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(211, 101, generator=generator)
    labels = torch.randint(101, (211,), generator=generator)
    five = (logits.topk(5, dim=1).indices == labels[:, None]).any(1).double().mean().item()
    assert top_error(true_ranks(logits, labels), 5) == pytest.approx(100 * (1 - five))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"scores \(3, 5\) with labels \(2,\): expected"):
        true_ranks(torch.zeros(3, 5), torch.zeros(2, dtype=torch.int64))
    with pytest.raises(DataError, match=r"a label is 5, expected 0 to 4, a number of a class"):
        true_ranks(torch.zeros(2, 5), torch.tensor([0, 5]))
    with pytest.raises(ConfigError, match=r"the top-0 error of 2 pictures was asked for"):
        top_error(torch.zeros(2), 0)
    with pytest.raises(ConfigError, match=r"the top-5 error of 0 pictures was asked for"):
        top_error(torch.zeros(0), 5)
