"""The sentences on counts made up and on maps made up: what holds, what noise does, which factor is chosen by whom."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from scanpath.metrics.looking import product_of_layers
from scanpath_attention_rnn.figures import modes
from scanpath_attention_rnn.figures.copies import draw
from scanpath_attention_rnn.figures.modes import Reach
from scanpath_attention_rnn.figures.statements import Pair, judge_all


def pair(learnt, turned, pictures=60):
    """The same of every picture, or every other one: (of those that choose, of those that judge)."""
    return Pair(*(reach(one, pictures) for one in (learnt, turned)))


def reach(modes, pictures):
    found = np.resize(np.asarray(modes, dtype=float), pictures)
    return Reach(found, (found == 3) * 1.0, np.zeros(pictures))


def test_modes_that_open_up_hold():
    more, information, span = judge_all({0: pair(1, 1), 1: pair(1, 1), 4: pair(3, 1)})
    assert [(one.verdict, one.factor) for one in (more, information, span)] == [("holds", 4)] * 3
    assert [one.value for one in more.margins.values()] == [2]
    assert [one.value for one in information.margins.values()] == [2]
    assert [one.value for one in span.margins.values()] == [0.5, 1]
    assert more.pictures == 30


def test_nothing_needs_to_be_scaled_up_for_information_and_modes():
    more, information, span = judge_all({1: pair(3, 1), 16: pair(3, 3)})
    assert (more.verdict, more.factor) == ("open", 16)
    assert [(one.verdict, one.factor) for one in (information, span)] == [("holds", 1)] * 2


def test_deviations_that_reach_less_than_turned_ones_fail():
    more, information, span = judge_all({1: pair(1, 1), 4: pair(2, 3)})
    assert (more.verdict, information.verdict, span.verdict) == ("holds", "open", "fails")
    assert judge_all({1: pair(1, 2), 4: pair(2, 3)})[1].verdict == "fails"


@pytest.fixture(scope="module")
def pictures(recipe):
    return [draw(recipe, index) for index in range(60)]


def reached(pictures, deviation, factor, *, turn):
    """What samples reach whose mean lights all copies alike, so that it prefers none, and which differ by noise."""
    weights = []
    for number, drawn in enumerate(pictures):
        copies = torch.from_numpy(drawn.copies.any(0)).float()[None, None]
        draws, maps = torch.Generator().manual_seed(number), []
        for side in (25, 12, 6):
            lit = F.adaptive_avg_pool2d(copies, side)
            spread = deviation(lit, draws)
            noise = (spread.flip(2, 3) if turn else spread) * torch.randn(12, 1, side, side, generator=draws)
            maps.append((4 * lit - 2 + factor * noise).sigmoid())
        weights.append(modes.weigh(product_of_layers(maps)[:, 0], drawn))
    return modes.count_reached(weights)


@pytest.mark.parametrize(
    ("deviation", "informed"),
    [
        (lambda lit, _draws: torch.ones_like(lit), False),
        (lambda lit, draws: (0.7 * torch.randn(lit.shape, generator=draws)).exp(), False),
        (lambda lit, _draws: 0.1 + 2 * lit, True),
    ],
    ids=["even", "uneven anywhere", "on copies"],
)
def test_noise_alone_reaches_more_but_neither_has_information_nor_spans_modes(pictures, deviation, informed):
    by_factor = {
        factor: Pair(*(reached(pictures, deviation, factor, turn=turn) for turn in (False, True)))
        for factor in (0.25, 1, 8)
    }
    more, information, span = judge_all({1: by_factor[0.25], 4: by_factor[1], 32: by_factor[8]})
    assert more.verdict == "holds"
    assert by_factor[8].learnt.all_modes.mean() > 0.6  # of spanning modes, this much is no matter of structure
    assert (information.verdict == "holds") == informed
    assert (span.verdict == "holds") == informed


def test_nothing_that_changes_is_open():
    more, information, _ = judge_all({1: pair(1, 1), 2: pair(1, 1)})
    assert (more.verdict, more.factor, information.verdict) == ("open", 2, "open")
    assert more.reason.endswith("covers zero")


def test_one_half_of_the_pictures_chooses_and_the_other_judges():
    """Of two factors the one is best on the even pictures, and the other on those that judge."""
    more, *_ = judge_all({1: pair(1, 0), 2: pair([3, 1], 0), 4: pair([2, 3], 0)})
    assert (more.factor, more.verdict) == (2, "open")
    assert [one.value for one in more.margins.values()] == [0]


def test_factors_that_are_alike_are_told_apart_by_what_they_reach():
    *_, span = judge_all({1: pair(0, 0), 2: pair(2, 0), 4: pair(1, 0)})
    assert (span.factor, span.verdict) == (2, "fails")


@pytest.mark.parametrize("pictures", [2, 39])
def test_few_pictures_leave_it_open(pictures):
    for one in judge_all({1: pair(1, 0, pictures), 4: pair(3, 0, pictures)}):
        assert one.verdict == "open"
        assert one.reason == f"{pictures // 2} pictures, a verdict needs 20"
