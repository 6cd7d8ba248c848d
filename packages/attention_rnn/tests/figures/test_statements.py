"""Both sentences on counts made up: what holds, what noise does, which factor is chosen and on which pictures."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath_attention_rnn.figures.modes import Reach
from scanpath_attention_rnn.figures.statements import judge_all


def reach(modes, others, pictures=60):
    """The same of every picture, or every other one: (of those that choose, of those that judge)."""
    of_modes, of_others = (np.resize(np.asarray(one, dtype=float), pictures) for one in (modes, others))
    return Reach(of_modes, of_others, (of_modes == 3) * 1.0, (of_others == 3) * 1.0, np.zeros(pictures))


def test_modes_that_open_up_hold():
    more, span = judge_all({0: reach(1, 0), 1: reach(1, 0), 4: reach(3, 1)})
    assert (more.verdict, more.factor, span.verdict, span.factor) == ("holds", 4, "holds", 4)
    assert [one.value for one in more.margins.values()] == [2, 1]
    assert [one.value for one in span.margins.values()] == [0.5, 1]
    assert more.pictures == 30


def test_noise_that_reaches_everything_alike_does_not_hold():
    more, span = judge_all({1: reach(1, 0), 16: reach(3, 3)})
    assert (more.verdict, [one.value for one in more.margins.values()]) == ("fails", [2, -1])
    assert (span.verdict, span.factor) == ("open", 16)
    assert span.reason == "the interval of the same, less all other digits reached covers zero"
    assert judge_all({1: reach(3, 0), 16: reach(3, 3)})[1].verdict == "holds"  # nothing needs to be scaled up


def test_nothing_that_changes_is_open():
    more, _ = judge_all({1: reach(1, 0), 2: reach(1, 0)})
    assert (more.verdict, more.factor) == ("open", 2)
    assert more.reason.endswith("covers zero")


def test_one_half_of_the_pictures_chooses_and_the_other_judges():
    """Of two factors the one is best on the even pictures, and the other on those that judge."""
    more, _ = judge_all({1: reach(1, 0), 2: reach([3, 1], 0), 4: reach([2, 3], 0)})
    assert (more.factor, more.verdict) == (2, "open")
    assert [one.value for one in more.margins.values()] == [0, 0]


def test_factors_that_are_alike_are_told_apart_by_what_they_reach():
    _, span = judge_all({1: reach(0, 0), 2: reach(2, 0), 4: reach(2, 1)})
    assert (span.factor, span.verdict) == (2, "fails")


@pytest.mark.parametrize("pictures", [2, 39])
def test_few_pictures_leave_it_open(pictures):
    for one in judge_all({1: reach(1, 0, pictures), 4: reach(3, 0, pictures)}):
        assert one.verdict == "open"
        assert one.reason == f"{pictures // 2} pictures, a verdict needs 20"
