"""Tokens of captions: the official ones, and how far one can come without Java."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from scanpath.errors import RunError
from scanpath.metrics.caption_tokens import PUNCTUATION, official_tokens, plain_tokens

#: What the official tokeniser makes of captions, seen by running it.
ALIKE = {
    "A man rides a brown horse.": "a man rides a brown horse",
    "Two dogs play with a red ball!  ": "two dogs play with a red ball",
    "a black-and-white cat, isn't it?": "a black-and-white cat is n't it",
    "the man's hat and the dogs' bowls": "the man 's hat and the dogs bowls",
    "They\u2019re going; we've been, I'll go, he'd go": "they 're going we 've been i 'll go he 'd go",
    "cannot gonna wanna gotta gimme lemme 'tis 'twas": "can not gon na wan na got ta gim me lem me 't is 't was",
    "it costs $5.50 or 5% off #1": "it costs $ 5.50 or 5 % off # 1",
    "and/or 1/2 of w/ a tv": "and/or 1/2 of w / a tv",
    "Mr. Smith at St. Mary's in the U.S. on Dec. 5th.": "mr. smith at st. mary 's in the u.s. on dec. 5th",
    "(left) [right] \u201cquoted\u201d 'single'": "-lrb- left -rrb- -lsb- right -rsb- quoted single",
    "{curly}": "-lcb- curly -rcb-",
    "10:30 pm, 1,000 people 3.5 miles 2x4 e-mail": "10:30 pm 1,000 people 3.5 miles 2x4 e-mail",
    "a t-shirt & jeans @ the beach *wow* a=b": "a t-shirt & jeans @ the beach * wow * a = b",
    "dog...cat ... cat--dog - dog \u2013 cat \u2014 end": "dog cat cat dog dog cat end",
    "caf\u00e9 na\u00efve \u00fcber": "caf\u00e9 na\u00efve \u00fcber",
    'a stop sign that says "STOP!".': "a stop sign that says stop",
    "o'clock 80's 1980s '80s rock 'n' roll": "o'clock 80 's 1980s '80s rock 'n' roll",
    "visit www.example.com or http://a.b/c": "visit www.example.com or http://a.b/c",
    "5'10\" tall, hello,world red.blue": "5 10 tall hello world red.blue",
    "": "",
    " ... ": "",
}


def test_plain_tokens_are_the_official_ones_of_such_captions() -> None:
    assert dict(zip(ALIKE, plain_tokens(list(ALIKE)), strict=True)) == ALIKE


def test_official_tokens_are_those_of_pycocoevalcap(real_java: None) -> None:
    """Whatever breaks lines in a caption, none is given the tokens of another."""
    from pycocoevalcap.tokenizer.ptbtokenizer import PUNCTUATIONS, PTBTokenizer

    captions = [*ALIKE, "a dog :) half \u00bd \u00a35", "a+b <tag> don`t"]
    theirs = PTBTokenizer().tokenize({place: [{"caption": text}] for place, text in enumerate(captions)})
    ours = official_tokens([*captions, "one\r\ntwo\u2028three\x0bfour\x85five", "last \ud800"])
    assert ours[:-2] == [lines[0] for lines in theirs.values()]
    assert ours[: len(ALIKE)] == list(ALIKE.values())
    assert (ours[-2], ours[-1].split()[0]) == ("one two three four five", "last")
    assert frozenset(PUNCTUATIONS) == PUNCTUATION


@given(st.lists(st.text(), max_size=5))
def test_plain_tokens_keep_every_letter_and_no_punctuation(captions: list[str]) -> None:
    for caption, line in zip(captions, plain_tokens(captions), strict=True):
        tokens = line.split(" ") if line else []
        assert not PUNCTUATION & set(tokens)
        assert all(tokens)
        letters = [sign for sign in caption.lower() if sign.isalnum()]
        found = [sign for token in tokens if not token.startswith("-") for sign in token if sign.isalnum()]
        assert [sign for sign in found if sign in letters] == found
        assert len(found) <= len(letters)


def test_a_program_that_loses_lines_is_an_error(fake_java) -> None:
    fake_java("echo 'no heap' >&2; echo one; exit 3")
    with pytest.raises(
        RunError, match=r"gave 1 lines for 2 captions and ended with code 3 \(no heap\): check the Java"
    ):
        official_tokens(["one", "two"])
