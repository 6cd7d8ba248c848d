"""What would make a number mean nothing is refused: shared questions, vocabularies of another run."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.data.answers import AnswerVocabulary
from scanpath.data.split import VQASplit
from scanpath.data.vocabulary import Vocabulary
from scanpath.errors import DataError
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.refusing import refuse_leak, refuse_other
from scanpath.tasks.vqa.vocabularies import Vocabularies


def test_splits_that_share_questions_are_refused(golden: VQASplit, renumbered) -> None:
    refuse_leak(golden, renumbered(1000))
    with pytest.raises(DataError, match=r"golden/val shares 4 questions with golden/val, the first being 31"):
        refuse_leak(golden, golden)


@pytest.mark.parametrize(("words", "answers"), [(4, 3), (5, 2)])
def test_vocabularies_that_a_model_was_not_built_for_are_refused(words: int, answers: int, tmp_path: Path) -> None:
    found = Vocabularies(Vocabulary(("what", "is")), AnswerVocabulary(("yes", "no")), length=3)
    refuse_other(found, section(len(found.words), 2), tmp_path)
    with pytest.raises(DataError, match=f"2 answers, its model was built for {words} and {answers}: they are"):
        refuse_other(found, section(words, answers), tmp_path)


def section(words: int, answers: int) -> ModelSection:
    values = {"model": {}, "vocabulary_size": words, "answers": answers, "region_shape": [3, 7], "backbone": None}
    return ModelSection.parse(values)
