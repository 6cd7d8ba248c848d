"""The union of parts: exact under any split into batches and processes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, strategies as st

from scanpath.errors import DataError
from scanpath.metrics.vqa import VQAScorer
from scanpath.metrics.vqa_accumulator import VQAAccumulator


def _scorer(count: int) -> VQAScorer:
    answers = [["yes"] * (key % 5) + ["no"] * (10 - key % 5) for key in range(count)]
    return VQAScorer.from_columns(range(count), answers, ["is"] * count, ["yes/no"] * count)


@given(order=st.permutations(range(23)), cuts=st.lists(st.integers(0, 23), max_size=7), padding=st.integers(0, 5))
def test_any_batches_and_processes_give_one_score(order: list[int], cuts: list[int], padding: int) -> None:
    scorer = _scorer(23)
    truth = {key: "yes" if key % 3 else "no" for key in range(23)}
    processes = [VQAAccumulator() for _ in range(3)]
    edges = [0, *sorted(cuts), 23]
    for number, (start, stop) in enumerate(itertools.pairwise(edges)):
        processes[number % 3].add({key: truth[key] for key in order[start:stop]})
    processes[1].add({key: truth[key] for key in order[:padding]})  # a padded last batch repeats some questions
    union = VQAAccumulator()
    for process in processes:
        union.merge(process)
    assert union.score(scorer) == scorer.score(truth)
    assert dict(union.answers) == truth


def test_conflicting_answers_are_an_error_and_change_nothing() -> None:
    union = VQAAccumulator()
    union.add({1: "yes", 2: "no"})
    with pytest.raises(DataError, match=r"1 question id \(2\) differently"):
        union.add({2: "yes", 3: "no"})
    assert dict(union.answers) == {1: "yes", 2: "no"}
