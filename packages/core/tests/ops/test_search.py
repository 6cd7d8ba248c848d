"""The search against an exhaustive one, and against itself: batches, dropping, and what is refused."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch import Tensor

from scanpath.errors import ConfigError
from scanpath.ops.search import Found, Parts, search

START, END, UNKNOWN = 0, 1, 2
VOCABULARY = 5


def tables(pictures: int, length: int, seed: int) -> Tensor:
    """Scores of the next word after every beginning, (N, beginnings, V), each picture its own."""
    return (
        torch.randn(pictures, (VOCABULARY + 1) ** length, VOCABULARY, generator=torch.Generator().manual_seed(seed)) * 2
    )


def step(words: Tensor, seen: Parts, state: Parts) -> tuple[Tensor, Parts]:
    """Look the beginning up; its number is the state, so a wrong order of rows gives other scores."""
    (table,), (number,) = seen, state
    assert table is not None
    assert number is not None
    number = torch.where(words == START, 0, number * VOCABULARY + words + 1)
    return table[torch.arange(len(words)), number % table.shape[1]], (number,)


def searched(table: Tensor, **options: object) -> Found:
    number = torch.zeros(len(table), dtype=torch.int64)
    return search(step, (table,), (number,), start=START, end=END, never=(START, UNKNOWN), **options)  # type: ignore[arg-type]


def probability(table: Tensor, words: tuple[int, ...], length: int) -> float:
    """The logarithm of one sequence's probability, word by word."""
    total, number = 0.0, 0
    for place, word in enumerate([*words, END][:length]):
        number = 0 if place == 0 else number * VOCABULARY + words[place - 1] + 1
        total += torch.log_softmax(table[number % len(table)], 0)[word].item()
    return total


def every_sequence(length: int) -> list[tuple[int, ...]]:
    words = [word for word in range(VOCABULARY) if word not in (START, END, UNKNOWN)]
    return [found for count in range(length + 1) for found in itertools.product(words, repeat=count)]


@settings(max_examples=60)
@given(length=st.integers(1, 4), pictures=st.integers(1, 3), seed=st.integers(0, 10**6))
def test_a_wide_beam_is_an_exhaustive_search(length: int, pictures: int, seed: int) -> None:
    table = tables(pictures, length, seed)
    found = searched(table, beam=2**length * 3, length=length)
    for row in range(pictures):
        scored = {words: probability(table[row], words, length) for words in every_sequence(length)}
        best = max(scored, key=scored.__getitem__)
        assert tuple(found.words[row, : found.lengths[row]].tolist()) == best
        assert math.isclose(found.scores[row].item(), scored[best], abs_tol=1e-4)
        assert not found.words[row, found.lengths[row] :].any()


@settings(max_examples=60)
@given(length=st.integers(1, 6), beam=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_a_batch_finds_what_each_picture_finds_alone(length: int, beam: int, seed: int) -> None:
    table = tables(5, length, seed)
    together = searched(table, beam=beam, length=length)
    for row in range(5):
        alone = searched(table[row : row + 1], beam=beam, length=length)
        assert torch.equal(alone.words[0], together.words[row])
        assert torch.allclose(alone.scores[0], together.scores[row])


@given(length=st.integers(1, 6), seed=st.integers(0, 10**6))
def test_a_beam_of_one_takes_the_best_word_each_time(length: int, seed: int) -> None:
    table = tables(3, length, seed)
    found = searched(table, length=length)
    for row in range(3):
        words: list[int] = []
        number = 0
        while len(words) < length:
            allowed = table[row, number % table.shape[1]].clone()
            allowed[[START, UNKNOWN]] = -torch.inf
            word = int(allowed.argmax())
            if word == END:
                break
            words.append(word)
            number = number * VOCABULARY + word + 1
        assert found.words[row, : found.lengths[row]].tolist() == words


def test_pictures_that_are_done_leave_the_batch() -> None:
    rows: list[int] = []

    def ends_at(words: Tensor, seen: Parts, state: Parts) -> tuple[Tensor, Parts]:
        (wanted, _), (place,) = seen, state
        assert wanted is not None
        assert place is not None
        rows.append(len(words))
        scores = torch.full((len(words), VOCABULARY), -9.0)
        scores[torch.arange(len(words)), torch.where(place == wanted, END, 3)] = 9.0
        return scores, (place + 1,)

    wanted = torch.tensor([0, 3, 1])
    found = search(ends_at, (wanted, None), (torch.zeros(3),), start=START, end=END, length=9, beam=2)
    assert found.lengths.tolist() == [0, 3, 1]
    assert found.words[:, :4].tolist() == [[0, 0, 0, 0], [3, 3, 3, 0], [3, 0, 0, 0]]
    assert rows == [6, 4, 2, 2]


def test_no_picture_and_no_word_that_may_be_written() -> None:
    none = searched(torch.zeros(0, 1, VOCABULARY), length=3, beam=2)
    assert (none.words.shape, none.scores.shape) == ((0, 3), (0,))
    table = torch.zeros(1, 1, VOCABULARY)
    nothing = search(
        step, (table,), (torch.zeros(1, dtype=torch.int64),), start=0, end=1, length=3, never=range(VOCABULARY)
    )
    assert (nothing.lengths.tolist(), nothing.scores.tolist()) == ([0], [-math.inf])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"beam": 0, "length": 3}, "a beam of 0 was asked for, expected 1 or more; a beam of 1 is the greedy search"),
        ({"length": 0}, "captions of at most 0 words were asked for, expected 1 or more"),
    ],
)
def test_a_beam_of_nothing_is_refused(options: dict[str, int], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        searched(tables(1, 1, 0), **options)


def test_a_search_needs_rows() -> None:
    with pytest.raises(ConfigError, match="a search got neither something seen nor a state"):
        search(step, (None,), (), start=START, end=END, length=2)
