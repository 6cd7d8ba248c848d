"""Questions and answers that mean nothing, as many and as long as real ones: to measure on, not to learn from.

Words and answers are drawn as rarely as those of a language are (Zipf's law), and many questions are asked more than
once, since what is read, kept and counted depends on that.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scanpath.data.columns import Coded, CodedLists, Texts
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.vqa import coco_name
from scanpath.data.vqa_annotations import ANSWER_TYPES

PEOPLE = 10
_WORDS, _ANSWERS, _TYPES, _SHORTEST, _LONGEST = 12_000, 22_000, 65, 3, 20
_ASKED_ONCE = 0.4  # different questions among all
_LAST_IMAGE = 290_000


def draw_split(subtype: str, *, questions: int, pictures: int, seed: int) -> VQASplit:
    """Draw the texts of a split.

    Args:
        subtype: its ``data_subtype``, ``"train2014"``; the pictures of ``"val2014"`` are other ones.
        questions: how many, at least one a picture.
        pictures: how many, at most 290,000.
        seed: of everything drawn.
    """
    random = np.random.default_rng((seed, len(subtype)))
    images = np.sort(random.choice(_LAST_IMAGE, pictures, replace=False)) * 2 + (subtype == "val2014")
    image_ids = np.sort(np.concatenate([images, random.choice(images, questions - pictures)])).astype(np.int64)
    place = np.arange(questions) - np.searchsorted(image_ids, image_ids)
    words = [_word(number) for number in range(_WORDS)]
    different = max(1, int(_ASKED_ONCE * questions))
    lengths = np.clip(random.poisson(6.2, different), _SHORTEST, _LONGEST)
    drawn = iter(_zipf(random, _WORDS, int(lengths.sum())).tolist())
    asked = Coded.of([f"{' '.join(words[next(drawn)] for _ in range(length))}?" for length in lengths])
    answers = Texts.of(_word(number) for number in range(_ANSWERS))
    modal = _zipf(random, _ANSWERS, questions)
    agree = random.random((questions, PEOPLE)) < random.random((questions, 1))
    agree[:, 0] = True  # the most frequent answer is one of theirs
    given = np.where(agree, modal[:, None], _zipf(random, _ANSWERS, questions * PEOPLE).reshape(-1, PEOPLE))
    return VQASplit(
        name=subtype,
        question_ids=image_ids * 1000 + place,
        image_ids=image_ids,
        questions=asked.take(random.permutation(np.arange(questions) % different)),
        image_names={image: coco_name(subtype, image) for image in images.tolist()},
        annotations=VQAAnnotations(
            question_types=Coded(random.integers(_TYPES, size=questions), Texts.of(map(_word, range(_TYPES)))),
            answer_types=Coded(random.integers(len(ANSWER_TYPES), size=questions), Texts.of(ANSWER_TYPES)),
            modal=Coded(modal, answers),
            answers=CodedLists(np.arange(0, given.size + 1, PEOPLE), Coded(given.reshape(-1), answers)),
        ),
    )


def _word(number: int) -> str:
    """Spell a number as a word, frequent ones short."""
    letters = ""
    while number or not letters:
        number, rest = divmod(number, 100)
        letters += "bcdfghklmnprstvwzjqx"[rest // 5] + "aeiou"[rest % 5]
    return letters


def _zipf(random: np.random.Generator, count: int, size: int) -> npt.NDArray[np.int64]:
    """Draw ``size`` numbers below ``count``, the number k about 1 / (k + 1) times as often as 0."""
    ends = np.cumsum(1 / np.arange(1, count + 1))
    found: npt.NDArray[np.int64] = np.searchsorted(ends, random.random(size) * ends[-1])
    return found
