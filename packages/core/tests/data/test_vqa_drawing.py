"""Drawn splits have the sizes that were asked for, and no picture or question in common."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from scanpath.data.split import VQASplit, joined
from scanpath.data.vqa_annotations import ANSWER_TYPES
from scanpath.data.vqa_drawing import PEOPLE, draw_split


def drawn(subtype: str, seed: int = 0) -> VQASplit:
    return draw_split(subtype, questions=2000, pictures=300, seed=seed)


def test_every_picture_is_asked_about_and_ten_people_answer() -> None:
    split = drawn("train2014")
    assert (len(split), len(split.image_names), len(np.unique(split.image_ids))) == (2000, 300, 300)
    assert split.question_ids.tolist() == sorted(set(split.question_ids.tolist()))
    assert (split.question_ids // 1000).tolist() == split.image_ids.tolist()
    image = int(split.image_ids[0])
    assert split.image_names[image] == f"COCO_train2014_{image:012d}.jpg"
    assert split.annotations is not None
    assert set(map(len, split.annotations.answers)) == {PEOPLE}
    assert set(split.annotations.answer_types) == set(ANSWER_TYPES)


def test_words_and_answers_are_as_rare_as_those_of_a_language() -> None:
    split = drawn("train2014")
    assert split.annotations is not None
    assert 700 < len(set(split.questions)) <= 800
    for texts in (split.annotations.modal, [word for text in split.questions for word in text.rstrip("?").split()]):
        (_, most), (_, second) = Counter(texts).most_common(2)
        assert 1.2 < most / second < 3
        assert sum(count < 5 for count in Counter(texts).values()) > 100
    agree = [
        answers.count(modal) for answers, modal in zip(split.annotations.answers, split.annotations.modal, strict=True)
    ]
    assert 4 < np.mean(agree) < 7


@pytest.mark.parametrize(("subtype", "seed"), [("val2014", 0), ("train2014", 1)])
def test_other_splits_and_seeds_are_others_and_the_same_ones_the_same(subtype: str, seed: int) -> None:
    one, other = drawn("train2014"), drawn(subtype, seed)
    if seed == 0:
        assert len(joined("both", [one, other]).image_names) == 600
    assert one.question_ids.tolist() != other.question_ids.tolist()
    again = drawn("train2014")
    assert (again.questions, again.annotations) == (one.questions, one.annotations)
