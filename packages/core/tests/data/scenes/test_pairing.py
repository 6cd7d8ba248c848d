from __future__ import annotations

import collections
from pathlib import Path

from hypothesis import given, strategies as st

from scanpath.data.catalogue import open_split
from scanpath.data.pairs import read_pairs
from scanpath.data.scenes.layout import Layout
from scanpath.data.scenes.pairing import complementary_pairs, deal_changing_priors
from scanpath.data.scenes.randomness import Draws
from scanpath.data.split import VQAAnnotations


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=31))
def test_pairs_ask_the_same_and_are_answered_differently(items: list[tuple[str, str]]) -> None:
    texts, answers = [text for text, _ in items], [answer for _, answer in items]
    pairs = list(complementary_pairs(texts, answers, range(len(items))))
    used = [number for pair in pairs for number in pair]
    assert len(used) == len(set(used))
    for one, other in pairs:
        assert texts[one] == texts[other]
        assert answers[one] != answers[other]
    for text in set(texts):  # nothing that could be paired is left
        left = {answers[number] for number in range(len(items)) if texts[number] == text and number not in used}
        assert len(left) <= 1


def test_nearly_all_questions_are_paired(small_world: Path) -> None:
    split = open_split("scenes", "train", small_world)
    assert split.annotations is not None
    row = {number: place for place, number in enumerate(split.question_ids.tolist())}
    pairs = read_pairs(Layout(small_world / "scenes").pairs("train")).tolist()
    assert len(pairs) > 0.3 * len(split)
    for one, other in pairs:
        assert split.questions[row[one]] == split.questions[row[other]]
        assert split.image_ids[row[one]] != split.image_ids[row[other]]
        assert split.annotations.modal[row[one]] != split.annotations.modal[row[other]]


def test_priors_change_within_a_type() -> None:
    count = 3_001
    kinds = ["a", "b"] * count
    modal = ["yes", "3", "no", "5"] * (count // 2) + ["yes", "3"]
    annotations = VQAAnnotations(kinds, ["other"] * len(kinds), modal, [(text,) for text in modal])
    dealt = deal_changing_priors(annotations, Draws(3))
    assert sorted(dealt["train"] + dealt["test"]) == list(range(len(kinds)))
    for kind, answer in (("a", "yes"), ("b", "3")):
        shares = []
        for rows in dealt.values():
            counts = collections.Counter(modal[row] for row in rows if kinds[row] == kind)
            shares.append(counts[answer] / counts.total())
        assert abs(shares[0] - shares[1]) > 0.5


def test_scenes_cp_changes_every_type(small_world: Path) -> None:
    train, test = (open_split("scenes-cp", split, small_world).annotations for split in ("train", "test"))
    assert train is not None
    assert test is not None
    for kind in set(train.question_types):
        distributions = []
        for part in (train, test):
            counts = collections.Counter(
                answer for answer, of in zip(part.modal, part.question_types, strict=True) if of == kind
            )
            distributions.append({answer: number / counts.total() for answer, number in counts.items()})
        answers = set(distributions[0]) | set(distributions[1])
        moved = sum(abs(distributions[0].get(answer, 0) - distributions[1].get(answer, 0)) for answer in answers) / 2
        assert moved > 0.3, kind
