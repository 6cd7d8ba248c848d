from __future__ import annotations

import collections
import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.catalogue import open_split
from scanpath.data.changing_priors import concepts, deal, shift
from scanpath.data.split import joined
from scanpath.errors import ConfigError

PAIRS = st.lists(
    st.tuples(st.sampled_from(["is the", "is the man", "how many", "what color is"]), st.sampled_from(list("0123yn"))),
    min_size=1,
    max_size=60,
)


def literally(order: list[tuple[str, str]], sizes: dict[tuple[str, str], int], wanted: float) -> set[tuple[str, str]]:
    """The procedure as its text has it, without a heap: every group is looked at again in every round."""
    test: set[tuple[str, str]] = set()
    train: set[tuple[str, str]] = set()
    for group in order:
        held = sum(sizes[one] for one in test)
        if group in train or abs(held + sizes[group] - wanted) >= abs(held - wanted):
            continue
        test.add(group)
        lacking = {word for one in test for word in concepts(one)} - {word for one in train for word in concepts(one)}
        free = [one for one in order if one not in test | train and concepts(one) & lacking]
        if free:
            best = max(len(concepts(one) & lacking) for one in free)
            several = [one for one in free if len(concepts(one) & lacking) == best]
            train.add(next((one for one in several if one[0] == group[0]), several[0]))
    return test


@given(PAIRS, st.integers(0, 3))
def test_it_is_the_published_procedure(pairs: list[tuple[str, str]], seed: int) -> None:
    types, answers = [kind for kind, _ in pairs], [answer for _, answer in pairs]
    in_test = deal(types, answers, seed=seed)
    sizes = collections.Counter(pairs)
    order = sorted(sizes, key=lambda group: hashlib.sha256(repr((seed, *group)).encode()).digest())
    assert {pair for pair, chosen in zip(pairs, in_test, strict=True) if chosen} == literally(
        order, sizes, len(pairs) / 3
    )


@given(PAIRS, st.floats(0.01, 0.99))
def test_no_type_and_answer_stand_in_both(pairs: list[tuple[str, str]], share: float) -> None:
    in_test = deal([kind for kind, _ in pairs], [answer for _, answer in pairs], test_share=share)
    sides: list[set[tuple[str, str]]] = [set(), set()]
    for pair, chosen in zip(pairs, in_test, strict=True):
        sides[int(chosen)].add(pair)
    assert not sides[0] & sides[1]


def test_a_group_that_is_only_covered_by_one_other_sends_it_to_train() -> None:
    # Of four groups the first in order goes to test; whatever it is, its one partner by word and type follows to train.
    types = ["what color is"] * 2 + ["how many"] * 2
    answers = ["red", "blue", "2", "3"]
    in_test = deal(types, answers, test_share=0.25)
    assert in_test.sum() == 1
    place = int(np.flatnonzero(in_test)[0])
    assert not in_test[place ^ 1]


def test_order_of_the_questions_does_not_matter_and_the_seed_does() -> None:
    types, answers = ["a", "b", "c"] * 40, [str(number) for number in range(120)]
    chosen = deal(types, answers)
    assert deal(types[::-1], answers[::-1]).tolist() == chosen[::-1].tolist()
    assert deal(types, answers, seed=1).tolist() != chosen.tolist()
    assert chosen.sum() == 40


def test_a_share_is_a_part() -> None:
    for share in (0, 1, -0.2, 1.5):
        with pytest.raises(ConfigError, match="expected between 0 and 1"):
            deal(["a"], ["b"], test_share=share)


def test_a_shift_is_measured_type_by_type() -> None:
    types = ["what color"] * 4 + ["is it"] * 3 + ["who"]
    answers = ["red", "red", "red", "blue", "yes", "no", "no", "a man"]
    in_test = np.asarray([0, 0, 1, 1, 0, 1, 1, 0], dtype=bool)
    found = shift(types, answers, in_test)
    assert found.by_type == {"is it": 1.0, "what color": 0.5}  # red: all of train, half of test
    assert (found.only_train, found.only_test) == (["who"], [])
    assert found.concepts == pytest.approx(5 / 7)  # what color red is it, of those and blue and no
    assert found.answers == pytest.approx(1 / 3)  # red; train has neither no nor blue


def test_priors_of_scenes_differ_as_intended(small_world: Path) -> None:
    pool = joined("scenes", [open_split("scenes", split, small_world) for split in ("train", "val")])
    known = pool.annotations
    assert known is not None
    in_test = deal(known.question_types, known.modal)
    assert 0.3 < in_test.mean() < 0.37
    found = shift(known.question_types, known.modal, in_test)
    assert len(found.by_type) >= 8
    assert min(found.by_type.values()) == 1
    assert not found.only_test  # train meets every type that test asks about
    assert found.concepts > 0.75
    guess: dict[str, str] = {}
    for kind in set(known.question_types):
        of_train = [
            a for a, k, t in zip(known.modal, known.question_types, in_test, strict=True) if k == kind and not t
        ]
        guess[kind] = collections.Counter(of_train).most_common(1)[0][0]
    right = [guess[kind] == answer for kind, answer in zip(known.question_types, known.modal, strict=True)]
    assert np.mean(np.asarray(right)[~in_test]) > 0.25  # who knows the priors of train ...
    assert not np.asarray(right)[in_test].any()  # ... is never right on test


def test_scenes_cp_shifts_its_priors_less(small_world: Path) -> None:
    splits = [open_split("scenes-cp", split, small_world).annotations for split in ("train", "val", "test")]
    types = [kind for one in splits if one is not None for kind in one.question_types]
    answers = [answer for one in splits if one is not None for answer in one.modal]
    in_test = np.zeros(len(types), dtype=bool)
    in_test[-len(splits[2].modal if splits[2] is not None else []) :] = True
    found = shift(types, answers, in_test)
    assert min(found.by_type.values()) > 0.3
    assert max(found.by_type.values()) < 0.95
    assert (found.only_train, found.only_test) == ([], [])
    assert found.concepts > 0.95
