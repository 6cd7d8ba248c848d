from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from scanpath.errors import DataError
from scanpath.metrics.pairs import score_pairs
from scanpath.metrics.vqa import VQAScorer

#: Three pairs; of ten people k said "yes", the others "no".
YES = {1: 10, 2: 0, 3: 9, 4: 2, 5: 8, 6: 1}
PAIRS = [[1, 2], [3, 4], [5, 6]]


@pytest.fixture(scope="module")
def scorer() -> VQAScorer:
    return VQAScorer.from_columns(
        YES, [("yes",) * count + ("no",) * (10 - count) for count in YES.values()], ["t"] * 6, ["yes/no"] * 6
    )


def test_a_pair_is_as_right_as_its_worse_answer(scorer: VQAScorer) -> None:
    right = {1: "yes", 2: "no", 3: "yes", 4: "yes", 5: "yes", 6: "No."}
    assert score_pairs(scorer, right, PAIRS) == (3, pytest.approx(100 * (1 + 0.6 + 1) / 3, abs=0.005), 33.33)


def test_who_does_not_look_is_right_once_at_most(scorer: VQAScorer) -> None:
    blind = score_pairs(scorer, dict.fromkeys(YES, "yes"), [[1, 2]])
    assert blind == (1, 0.0, 100.0)


@given(said=st.lists(st.sampled_from(["yes", "no", "perhaps"]), min_size=6, max_size=6))
def test_scores_are_those_of_a_loop(scorer: VQAScorer, said: list[str]) -> None:
    answers = dict(zip(YES, said, strict=True))
    accuracy = {
        key: min(10, 3 * {"yes": count, "no": 10 - count, "perhaps": 0}[answers[key]]) / 10
        for key, count in YES.items()
    }
    found = score_pairs(scorer, answers, PAIRS)
    assert found.both_right == pytest.approx(100 * sum(min(accuracy[a], accuracy[b]) for a, b in PAIRS) / 3, abs=0.005)
    assert found.same_answer == pytest.approx(100 * sum(answers[a] == answers[b] for a, b in PAIRS) / 3, abs=0.005)


def test_what_cannot_be_scored_is_said(scorer: VQAScorer) -> None:
    with pytest.raises(DataError, match="there are no complementary pairs to score"):
        score_pairs(scorer, {}, [])
    with pytest.raises(DataError, match=r"the results lack 2 question ids \(3, 4\) of complementary pairs"):
        score_pairs(scorer, {1: "yes", 2: "no"}, PAIRS[:2])
