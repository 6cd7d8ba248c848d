"""Which answers papers chose from: counted by hand on six questions, and by their sizes."""

from __future__ import annotations

import json

import pytest

from scanpath.data.answer_choice import PAPERS, AnswerChoice
from scanpath.data.answers import AnswerVocabulary
from scanpath.data.split import VQAAnnotations
from scanpath.errors import ConfigError


def annotated(modal: list[str], answers: list[tuple[str, ...]]) -> VQAAnnotations:
    return VQAAnnotations(["t"] * len(modal), ["other"] * len(modal), modal, answers)


# Six questions of three answers each, with spellings that the metric makes equal, and ties.
THREE = annotated(
    ["two", "2", "The dog", "dog", "red", "red"],
    [
        ("two", "two", "2"),
        ("2", "2", "red"),
        ("The dog", "The dog", "cat"),
        ("dog", "dog", "the dog"),
        ("red", "red", "ant"),
        ("red", "red", "2"),
    ],
)


@pytest.mark.parametrize(
    ("choice", "answers"),
    [
        (AnswerChoice(), ("red", "2", "The dog")),
        (AnswerChoice(size=2), ("red", "2")),
        (AnswerChoice(form="normal"), ("2", "dog", "red")),
        (AnswerChoice(form="written"), ("red", "2", "The dog", "dog", "two")),
        (AnswerChoice(counted="given", form="written"), ("red", "2", "The dog", "dog", "two", "ant", "cat", "the dog")),
        (AnswerChoice(counted="given", form="written", size=4, empty=True), ("", "red", "2", "The dog")),
        (AnswerChoice(counted="given", form="normal", minimum=5), ("2", "dog", "red")),
        (AnswerChoice(counted="given", form="normal", minimum=6), ("2",)),
        (AnswerChoice(counted="given", minimum=2), ("red", "2", "The dog")),
    ],
)
def test_answers_are_chosen_as_papers_do(choice: AnswerChoice, answers: tuple[str, ...]) -> None:
    vocabulary = AnswerVocabulary.build(THREE, choice)
    assert vocabulary.answers == answers
    assert AnswerVocabulary.from_json(json.loads(json.dumps(vocabulary.to_json()))) == vocabulary


def test_papers_sizes() -> None:
    modal = [f"a{number}" for number in range(4001) for _ in range(1 + (number < 3129) * 8)]
    many = annotated(modal, [(text,) * 10 for text in modal])
    sizes = {name: len(AnswerVocabulary.build(many, choice)) for name, choice in PAPERS.items()}
    assert sizes == {"mcb": 3000, "drau": 3000, "bottom_up": 3129, "mutan": 2000, "han": 1000}


@pytest.mark.parametrize("wrong", [{"size": 0}, {"minimum": 0}, {"counted": "some"}, {"form": "lower"}, {"most": 9}])
def test_what_is_no_choice_is_named(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        AnswerChoice.parse(wrong)
