from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.data.captions import CaptionSplit, CaptionVocabulary
from scanpath.errors import DataError
from scanpath.tasks.captioning.model import CaptionerSection
from scanpath.tasks.captioning.refusing import refuse_leak, refuse_other
from scanpath.tasks.captioning.settings import ModelSettings
from scanpath.tasks.captioning.words import Words


def test_a_picture_that_was_learnt_measures_nothing(train: CaptionSplit) -> None:
    refuse_leak(train.take([9], "one"), train.take([4], "other"))
    with pytest.raises(DataError, match=r"other shares 1 pictures with coco/train, the first being 4: a measure on it"):
        refuse_leak(train, train.take([4], "other"))


def test_words_of_another_run_are_refused() -> None:
    section = CaptionerSection(model=ModelSettings(), vocabulary_size=9, region_shape=None, backbone=None)
    refuse_other(Words(CaptionVocabulary(tuple("abcde")), 30, "letters"), section, Path("run"))
    with pytest.raises(DataError, match=r"the vocabulary in run has 7 numbers, its model was built for 9"):
        refuse_other(Words(CaptionVocabulary(tuple("abc")), 30, "letters"), section, Path("run"))
