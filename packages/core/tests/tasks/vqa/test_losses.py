"""Losses against values worked out by hand and against torch's own cross entropy."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.metrics.vqa import VQAScorer
from scanpath.tasks.vqa.batch import NO_ANSWER, UNKNOWN
from scanpath.tasks.vqa.losses import batch_accuracy, mode_loss, multilabel_loss, sampled_loss, soft_loss

LN = math.log
LOGITS = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]], dtype=torch.float64).log() + torch.tensor([[3.0], [-2.0]])
ANSWERS = torch.tensor([[0, 0, 1, UNKNOWN, NO_ANSWER], [2, 1, 1, 2, 0]])


def test_soft_loss_by_hand() -> None:
    first = -(2 * LN(0.5) + LN(0.3)) / 3
    second = -(2 * LN(0.8) + 2 * LN(0.1) + LN(0.1)) / 5
    assert soft_loss(LOGITS, ANSWERS).item() == pytest.approx((first + second) / 2, rel=1e-6)


def test_mode_loss_by_hand_and_ties_go_to_the_lowest_number() -> None:
    assert mode_loss(LOGITS, ANSWERS).item() == pytest.approx(-(LN(0.5) + LN(0.1)) / 2, rel=1e-6)


def test_mode_loss_prefers_the_count_to_the_number() -> None:
    answers = torch.tensor([[0, 2, 2, UNKNOWN, UNKNOWN, UNKNOWN]])
    assert mode_loss(LOGITS[1:], answers).item() == pytest.approx(-LN(0.8), rel=1e-6)


def test_sampled_loss_draws_known_answers_by_their_counts() -> None:
    torch.manual_seed(0)
    drawn = torch.tensor([sampled_loss(LOGITS[:1], ANSWERS[:1]).item() for _ in range(2000)])
    heads = torch.isclose(drawn, torch.tensor(-LN(0.5)))
    tails = torch.isclose(drawn, torch.tensor(-LN(0.3)))
    assert bool((heads | tails).all())
    assert heads.float().mean().item() == pytest.approx(2 / 3, abs=0.04)


def test_multilabel_loss_by_hand() -> None:
    logits = torch.tensor([[LN(3), -LN(4), 0.0], [LN(9), 0.0, LN(2)]], dtype=torch.float64)
    # chances 3/4, 1/5 and 1/2 where 0 (twice) and 1 were given; 9/10, 1/2 and 2/3 where all three were
    first = -(LN(3 / 4) + LN(1 / 5) + LN(1 / 2))
    second = -(LN(9 / 10) + LN(1 / 2) + LN(2 / 3))
    assert multilabel_loss(logits, ANSWERS).item() == pytest.approx((first + second) / 2, rel=1e-6)


def test_multilabel_loss_is_zero_only_where_every_given_answer_is_sure() -> None:
    sure = torch.tensor([[50.0, 50.0, -50.0]])
    assert multilabel_loss(sure, ANSWERS[:1]).item() == pytest.approx(0, abs=1e-12)
    assert multilabel_loss(-sure, ANSWERS[:1]).item() == pytest.approx(150)


@pytest.mark.parametrize("loss", [soft_loss, sampled_loss, mode_loss, multilabel_loss])
def test_a_question_without_known_answer_has_no_say(loss) -> None:
    silent = torch.tensor([[UNKNOWN, UNKNOWN, NO_ANSWER]])
    logits = torch.randn(3, 7, generator=torch.manual_seed(0), requires_grad=True)
    answers = torch.cat([silent, torch.tensor([[4, 4, 4]]), silent])
    value = loss(logits, answers)
    value.backward()
    assert value.item() == pytest.approx(loss(logits[1:2], answers[1:2]).item())
    assert torch.equal(logits.grad[0], torch.zeros(7))
    assert torch.equal(logits.grad[2], torch.zeros(7))
    assert loss(logits, silent.expand(3, 3)).item() == 0


@pytest.mark.parametrize("loss", [soft_loss, sampled_loss, mode_loss])
def test_of_one_answer_it_is_its_cross_entropy(loss) -> None:
    logits, answers = torch.randn(1, 7, generator=torch.manual_seed(0)), torch.tensor([[4, 4, 4]])
    assert loss(logits, answers).item() == pytest.approx(-torch.log_softmax(logits, 1)[0, 4].item())


def test_soft_loss_has_the_value_and_gradient_of_a_dense_histogram() -> None:
    torch.manual_seed(3)
    answers = torch.randint(-1, 11, (13, 7))
    answers[:, 0] = answers[:, 0].clamp(min=0)
    histogram = torch.stack([torch.bincount(row[row >= 0], minlength=11) for row in answers]).float()
    ours, theirs = (torch.randn(13, 11, generator=torch.manual_seed(5)).requires_grad_() for _ in range(2))
    value = soft_loss(ours, answers)
    expected = torch.nn.functional.cross_entropy(theirs, histogram / histogram.sum(1, keepdim=True))
    value.backward()
    expected.backward()
    torch.testing.assert_close(value, expected)
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_losses_are_computed_in_fp32_under_half_precision_logits() -> None:
    for loss in (soft_loss, multilabel_loss):
        assert loss(LOGITS.bfloat16(), ANSWERS).dtype == torch.float32


@given(st.lists(st.lists(st.integers(-1, 3), min_size=10, max_size=10), min_size=1, max_size=5), st.integers(0, 3))
def test_batch_accuracy_is_the_official_accuracy_of_distinct_answers(rows: list[list[int]], said: int) -> None:
    words = {-1: "else", 0: "red", 1: "green", 2: "blue", 3: "grey"}
    scorer = VQAScorer.from_columns(
        range(len(rows)), [[words[n] for n in row] for row in rows], ["t"] * len(rows), ["other"] * len(rows)
    )
    logits = torch.nn.functional.one_hot(torch.full((len(rows),), said), 4).float()
    expected = sum(scorer.accuracy(key, words[said]) for key in range(len(rows))) / len(rows)
    assert batch_accuracy(logits, torch.tensor(rows)).item() == pytest.approx(100 * expected, abs=1e-4)


def test_batch_accuracy_counts_only_answers_that_were_given() -> None:
    answers = torch.tensor([[1, 1, 1, 1, NO_ANSWER], [NO_ANSWER] * 5])
    logits = torch.tensor([[0.0, 1.0], [0.0, 1.0]])
    assert batch_accuracy(logits, answers).item() == pytest.approx(50)  # four of four, and nothing of nothing
