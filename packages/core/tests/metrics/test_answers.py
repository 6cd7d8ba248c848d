"""Answer normalisation: values printed by the official evaluator, its data and its oddities."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, strategies as st

from scanpath.metrics.answers import NUMBERS, SYMBOLS, contractions, normalise, strip, without_punctuation

GOLDEN = {
    "The Dog.": "dog",
    "two": "2",
    "none": "0",
    "1,000": "1000",
    "$1,000.50": "$1000.50",
    "a, b": "b",
    "red/blue": "red blue",
    "red / blue": "red blue",
    "red-and-white": "red and white",
    "don't": "don't",
    "dont": "don't",
    "Im": "im",
    "ice-cream!": "ice cream",
    "2:50 pm": "2:50 pm",
    "girl's": "girl's",
    "U.S.A.": "usa",
    "3.5": "3.5",
    "5.": "5",
    "what ? ": "what",
    "10,000 people, maybe": "10000 people maybe",
    "somebody'd": "somebodyd",
    "yes,no": "yes no",
    "(left)": "left",
    "e-mail (work)": "e mail work",
    "t-shirt, jeans": "t shirt jeans",
    "THE": "",
    "one hundred": "1 hundred",
    "x_y": "x y",
    "it's 1,5-2": "it's 152",
    "": "",
}


@pytest.mark.parametrize(("given_text", "expected"), GOLDEN.items())
def test_golden_vectors(given_text: str, expected: str) -> None:
    assert normalise(given_text) == expected


def test_table_of_contractions_is_the_evaluators() -> None:
    table = contractions()
    lines = "\n".join(f"{key}\t{value}" for key, value in sorted(table.items()))
    assert len(table) == 120
    assert hashlib.sha256(lines.encode()).hexdigest() == (
        "07c68823458c067074e18a20aae4b71490449a1f69ae4c37da28b206b8efc473"
    )


def test_oddities_of_the_table() -> None:
    table = contractions()
    assert {"hed", "hes", "itll", "theyll", "youd", "wholl"} <= table.keys()
    absent = {"its", "were", "well", "shell", "hell", "id", "ill", "shed", "wed", "ive", "im", "shes", "lets"}
    assert not absent & table.keys()
    assert table["somebody'd"] == "somebodyd"
    assert {key for key, value in table.items() if key == value} == {"let's", "she's"}
    assert {key for key in table if key != key.lower()} == {"Id've", "I'dve", "Im", "Ive"}
    assert table["twas"] == "'twas"
    assert table["couldnt've"] == "couldn't've"


def test_symbols_and_numbers() -> None:
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 21
    assert not set(SYMBOLS) & set("':$%&*#.")
    assert [NUMBERS[word] for word in ("none", "zero", "one", "ten")] == ["0", "0", "1", "10"]


def test_periods_go_up_to_the_thirty_second() -> None:
    assert without_punctuation("." * 35) == "..."
    assert without_punctuation("..5") == ".5"


def test_strip_replaces_breaks_inside() -> None:
    assert strip("\n a\tb\nc \t") == "a b c"


def _slow(text: str) -> str:
    """The rules again, character by character, sharing nothing with the module but the table."""
    kept = text
    digit_comma_digit = any(
        text[place] == "," and text[place - 1].isdecimal() and text[place + 1].isdecimal()
        for place in range(1, len(text) - 1)
    )
    for symbol in [
        ";",
        "/",
        "[",
        "]",
        '"',
        "{",
        "}",
        "(",
        ")",
        "=",
        "+",
        "\\",
        "_",
        "-",
        ">",
        "<",
        "@",
        "`",
        ",",
        "?",
        "!",
    ]:
        pairs = [text[place : place + 2] for place in range(len(text) - 1)]
        deleted = digit_comma_digit or symbol + " " in pairs or " " + symbol in pairs
        kept = "".join(("" if deleted else " ") if character == symbol else character for character in kept)
    out, gone = "", 0
    for place, character in enumerate(kept):
        followed = place + 1 < len(kept) and kept[place + 1].isdecimal()
        if character == "." and not followed and gone < 32:
            gone += 1
        else:
            out += character
    words = ["none", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    digits = ["0", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
    result = []
    for word in out.lower().split():
        plain = digits[words.index(word)] if word in words else word
        if plain not in ["a", "an", "the"]:
            result.append(contractions().get(plain, plain))
    return " ".join(result)


ALPHABET = st.sampled_from([*list("ab15,. -'?!/_\t"), "the ", "An ", "dont", " two ", "İ"])


@given(st.lists(ALPHABET, max_size=23).map("".join))
def test_equals_the_slow_reading_of_the_rules(text: str) -> None:
    assert normalise(text) == _slow(text)
    assert normalise(text) == _slow(text)
