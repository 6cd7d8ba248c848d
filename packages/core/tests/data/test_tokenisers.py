"""Words by the rules of two tokenisers, and what is read of a long question."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from scanpath.data.tokenisers import SIMPLE, TOKENISERS, Reading, tokenize, tokenize_mcb

APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is this?", ["what", "is", "this"]),
        ("Is it the man's T-shirt, or 2 dogs'?", ["is", "it", "the", "man's", "t", "shirt", "or", "2", "dogs"]),
        (f"Don{APOSTROPHE}t you?", ["don't", "you"]),
        ("un caf\u00e9 / a_b", ["un", "caf\u00e9", "a", "b"]),
        (" ?! ", []),
    ],
)
def test_simple_words(question: str, words: list[str]) -> None:
    assert tokenize(question) == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is this?", ["what", "is", "this"]),
        ("Is it the man's T-shirt, or 2 dogs'?", ["is", "it", "the", "mans", "t", "shirt", "or", "2", "dogs"]),
        (f"Don{APOSTROPHE}t you?", [f"don{APOSTROPHE}t", "you"]),
        ("black/white; (at 9:30 @home.) $5!", ["black", "white", "at", "930", "home", "5"]),
        ('is "a_b" = 3% & x*y?', ["is", "a_b", "=", "3%", "&", "x*y"]),
        ("-?/!", []),
    ],
)
def test_words_of_mcb(question: str, words: list[str]) -> None:
    assert tokenize_mcb(question) == words


@given(text=st.text(max_size=29), name=st.sampled_from(sorted(TOKENISERS)))
def test_words_have_no_blanks_and_are_split_no_further(text: str, name: str) -> None:
    split = TOKENISERS[name]  # type: ignore[index]
    words = split(text)
    assert all(words)
    assert all(split(word) == [word] for word in words if word.lower() == word)


@given(count=st.integers(0, 9), length=st.integers(1, 7), keep=st.sampled_from(["first", "last"]))
def test_at_most_so_many_words_are_read_from_one_end(count: int, length: int, keep: str) -> None:
    words = [f"w{number}" for number in range(count)]
    reading = Reading(keep=keep, padding="left")  # type: ignore[arg-type]
    read = reading.words(" ".join(words), length)
    assert len(read) == min(count, length)
    assert read == (words[:length] if keep == "first" else words[max(0, count - length) :])
    places = list(range(length))[reading.places(len(read), length)]
    assert places == list(range(length - len(read), length))
    assert list(range(length))[SIMPLE.places(len(read), length)] == list(range(len(read)))
