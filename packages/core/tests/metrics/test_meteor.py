"""The conversation with METEOR's program, by one that answers what is known; the real one is asked in test_captions."""

from __future__ import annotations

import pytest

from scanpath.errors import RunError
from scanpath.metrics.meteor import Meteor, meteor, meteors

#: Counts the words of what is asked, and for each of these the tenth; the last is what all have together.
COUNTING = r"""
while read -r line; do
    case "$line" in
        "SCORE ||| "*) echo "$line" | wc -w ;;
        "EVAL ||| "*)
            for word in $line; do case "$word" in EVAL|"|||") ;; *) echo "0.$word" ;; esac; done
            echo 0.625 ;;
    esac
done
"""


def test_what_is_asked_and_what_is_taken(fake_java) -> None:
    fake_java(COUNTING)
    said = meteor([["a man", "men"], ["a dog"]], ["a man", ""])
    assert said == Meteor(0.625, [0.9, 0.5])  # SCORE ||| a man ||| men ||| a man; SCORE ||| a dog |||


def test_sets_are_asked_of_one_program(fake_java, tmp_path) -> None:
    fake_java(f"echo begun >> {tmp_path}/log\n{COUNTING}")
    references = [["a man", "men"], ["a dog"]]
    one, other = meteors(references, [["a man", ""], ["men", "a cat"]])
    assert (tmp_path / "log").read_text() == "begun\n"
    assert one == meteor(references, ["a man", ""])
    assert other == meteor(references, ["men", "a cat"]) != one


@pytest.mark.parametrize(
    "script", ["exit 1", "read -r line; echo 1.0; exit 0", "while read -r line; do echo word; done"]
)
def test_a_program_that_breaks_off_is_one_sentence(fake_java, script: str) -> None:
    fake_java(script)
    with pytest.raises(RunError, match=r"METEOR's Java program broke off .*take the tokeniser 'plain'"):
        meteor([["a man"], ["a dog"]], ["a man", "a cat"])
