"""Visual Genome's questions and answers, to train on besides those of VQA.

Source: Krishna et al., https://arxiv.org/abs/1602.07332; ``question_answers.json`` and ``image_data.json`` of
https://homes.cs.washington.edu/~ranjay/visualgenome/api.html. About half of its pictures are COCO's: who trains on them
and evaluates on VQA's val has seen its pictures. The filters of answers are those of MCB
(https://arxiv.org/abs/1606.01847) and MUTAN (https://arxiv.org/abs/1705.06676).
"""

from __future__ import annotations

import functools
import re
import sys
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from scanpath.data.columns import CodedLists, Growing
from scanpath.data.images import ImageSource
from scanpath.data.json_lists import gather
from scanpath.data.records import Ids, check_unique, column, first_few, ids, key_of, no_text, records
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.vqa import check_images
from scanpath.errors import ConfigError, DataError
from scanpath.files import read_json
from scanpath.metrics.answers import normalise

FIRST_IMAGE, FIRST_QUESTION = 10_000_000, 10_000_000_000
"""What is added to the official numbers of pictures and questions, so that none is one of COCO's or VQA's."""

QUESTION_TYPE = "visual genome"
PEOPLE = 10
"""One person answered; the answer counts as that of ten, as in VQA."""

DROPPED = frozenset(
    ["on", "the", "a", "in", "inside", "at", "it", "is", "with", "near", "behind", "front", "of", "next", "to"]
)
"""Words that do not count in MCB's filter."""

_BETWEEN = re.compile(r"[\W_]+")

Keep = Literal["mcb", "mutan"]


def answer_words(answer: str) -> list[str]:
    """Split an answer as MCB does: lower case, points gone, apart at blanks and other punctuation."""
    return [word for word in _BETWEEN.split(answer.lower().replace(".", "")) if word]


def keep_one_word(answer: str) -> str | None:
    """Return the one word that says something, or None if there are more or fewer: MCB's filter."""
    words = [word for word in answer_words(answer) if word not in DROPPED]
    return sys.intern(words[0]) if len(words) == 1 else None


def keep_known(known: Collection[str]) -> Callable[[str], str | None]:
    """Return MUTAN's filter: it gives the known answer that an answer's words are, or None."""
    by_words = {normalise(" ".join(answer_words(answer))): answer for answer in reversed(list(known))}
    return lambda answer: by_words.get(normalise(" ".join(answer_words(answer))))


class _QA(NamedTuple):
    number: int
    image: Any
    """What the question itself says of its picture; the picture that it stands with counts."""
    question: str
    answer: str


def _keep_qa(value: dict[str, Any]) -> Any:
    """Replace a question with its answer by a tuple while the file is parsed; what is amiss stays to be named."""
    question, answer = value.get("question"), value.get("answer")
    number = value.get("qa_id", value.get("id"))  # the first release calls them "id" and "image"
    if type(number) is int and type(question) is str and type(answer) is str:
        return _QA(number, value.get("image_id", value.get("image")), question, sys.intern(answer))
    return value


def read_genome(
    path: Path,
    images: ImageSource | None = None,
    *,
    keep: Keep = "mcb",
    known: Collection[str] = (),
    without: Iterable[int] = (),
    listed: Collection[int] | None = None,
    name: str = "visual-genome",
) -> VQASplit:
    """Read ``question_answers.json``, as far as its answers pass a filter.

    Args:
        path: the file, unpacked.
        images: where the pictures are; None reads the texts only.
        keep: ``"mcb"`` keeps answers of one word that says something, ``"mutan"`` those that are ``known``.
        known: the answers that VQA's training questions have; an answer of another text is of no use to a model that
            chooses among them, so with either filter nothing else is kept. Empty with ``"mcb"`` keeps all. Texts are
            compared as the metric does, so "two" is the known answer "2"; MCB itself kept the word, and so lost it.
        without: official numbers of pictures to leave out, such as those that an evaluation asks about.
        listed: official numbers of all pictures there are, those of ``image_data.json``; None where it is not at hand.
        name: what to call the split.

    Returns:
        the split; ids are the official numbers plus :data:`FIRST_IMAGE` and :data:`FIRST_QUESTION`, and what was left
        out stands among its remarks. Of questions with one number the first is kept, and a question is about the
        picture that it stands with, whatever it says itself; both are counted and told.

    Raises:
        ConfigError: MUTAN's filter without known answers.
        DataError: the file is missing, broken or of another kind, an entry is, pictures are missing or not among
            those that are listed, or nothing is left.
    """
    if keep == "mutan" and not known:
        raise ConfigError("MUTAN's filter keeps known answers, and none were given: give those of VQA's train.")
    rows, _ = gather(
        path,
        None,
        "Visual Genome's questions, a bare list",
        lambda: _Rows(path, _filter(keep, known), frozenset(without)),
        hook=_keep_qa,
    )
    check_unique(rows.pictures(), "id", path)
    foreign = [] if listed is None else sorted({*rows.pictures().tolist()} - {*listed})
    if foreign:
        raise DataError(
            f"{path} asks about {len(foreign)} pictures that image_data.json lacks ({first_few(foreign)}): "
            "give the two files of one release."
        )
    question_ids, used, odd = rows.numbered()
    if not len(used):
        raise DataError(f"{path} has {rows.found} questions, and no answer passes the filter {keep!r}: is it whole?")
    image_ids = np.asarray(rows.image_ids, dtype=np.int64)[used] + FIRST_IMAGE
    image_names = {image: f"{image - FIRST_IMAGE}.jpg" for image in np.unique(image_ids).tolist()}
    if images is not None:
        check_images(image_names, images, path)
    modal = rows.answers.column().take(used)
    return VQASplit(
        name=name,
        question_ids=question_ids + FIRST_QUESTION,
        image_ids=image_ids,
        questions=rows.questions.column().take(used),
        image_names=image_names,
        images=images,
        annotations=VQAAnnotations(
            question_types=modal.each(lambda _: QUESTION_TYPE),
            answer_types=modal.each(_answer_type),
            modal=modal,
            answers=CodedLists.repeated(modal, PEOPLE),
        ),
        remarks=(_left_out(name, rows, len(used), keep), *odd),
    )


class _Rows:
    """Takes the pictures of the file, parsed with :func:`_keep_qa`, and keeps their questions that pass a filter.

    A :class:`scanpath.data.json_lists.Gatherer`.
    """

    def __init__(self, path: Path, select: Callable[[str], str | None], without: frozenset[int]) -> None:
        self.path = path
        self.of_others = 0
        """Questions about pictures that are not to be left out."""
        self.all_ids, self.places, self.image_ids = array("q"), array("q"), array("q")
        """Numbers of all questions; of those that were kept, their places among all and their pictures."""
        self.questions, self.answers = Growing(), Growing()
        self._pictures: list[Ids] = [np.empty(0, np.int64)]
        self._astray: list[int] = []
        self._without = without
        self._select = functools.cache(select)

    @property
    def found(self) -> int:
        """How many questions there are."""
        return len(self.all_ids)

    @property
    def kept(self) -> int:
        """How many of them were kept."""
        return len(self.places)

    def pictures(self) -> Ids:
        """Return the numbers of all pictures, also of those without questions."""
        return np.concatenate(self._pictures)

    def numbered(self) -> tuple[Ids, Ids, list[str]]:
        """Return the numbers of the questions to use, which of the kept ones they are, and what is odd about them."""
        numbers, places = np.asarray(self.all_ids, dtype=np.int64), np.asarray(self.places, dtype=np.int64)
        different, firsts = np.unique(numbers, return_index=True)
        used, odd = np.flatnonzero(np.isin(places, firsts)), []
        if len(different) < len(numbers):
            again = np.setdiff1d(np.arange(len(numbers)), firsts)
            odd.append(
                f"{self.path.name}: {len(again):,} questions have the qa_id of one before them "
                f"({first_few(numbers[again])}): the first of each is used."
            )
        if self._astray:
            odd.append(
                f"{self.path.name}: {len(self._astray):,} questions name another picture than the one that they stand "
                f"with (qa_ids {first_few(self._astray)}): they are taken as about the latter."
            )
        return numbers[places[used]], used, odd

    def add(self, entries: list[Any]) -> None:
        """Take some pictures."""
        questions, answers = [], []
        self._pictures.append(ids(entries, "id", self.path, "image"))
        for number, some in enumerate(column(entries, "qas", list, self.path, "image")):
            picture = entries[number]["id"]
            if not all(isinstance(one, _QA) for one in some) or _broken(some):
                raise DataError(
                    f"{self.path}: image number {number} (id {picture}) has a question without a "
                    "whole 'qa_id' or without the whole texts 'question' and 'answer': mend it."
                )
            self._astray += [one.number for one in some if one.image not in (None, picture)]
            first = len(self.all_ids)
            try:
                self.all_ids.extend(one.number for one in some)
            except OverflowError:
                raise DataError(f"{self.path}: a 'qa_id' does not fit in 64 bits: mend it.") from None
            if picture in self._without:
                continue
            self.of_others += len(some)
            for place, one in enumerate(some, start=first):
                answer = self._select(one.answer)
                if answer is not None:
                    self.places.append(place)
                    self.image_ids.append(picture)
                    questions.append(one.question)
                    answers.append(answer)
        self.questions.add(questions)
        self.answers.add(answers)


def _broken(some: Sequence[_QA]) -> bool:
    return no_text([text for one in some for text in (one.question, one.answer)]) is not None


def _left_out(name: str, rows: _Rows, used: int, keep: Keep) -> str:
    return (
        f"{name}: {used:,} of {rows.found:,} questions are used; {rows.found - rows.of_others:,} are about pictures to "
        f"leave out, the answers of {rows.of_others - rows.kept:,} do not pass the filter {keep!r}."
    )


def _filter(keep: Keep, known: Collection[str]) -> Callable[[str], str | None]:
    among = keep_known(known)
    if keep == "mutan":
        return among
    if not known:
        return keep_one_word

    def one_known_word(answer: str) -> str | None:
        word = keep_one_word(answer)
        return None if word is None else among(word)

    return one_known_word


def _answer_type(answer: str) -> str:
    if answer in ("yes", "no"):
        return "yes/no"
    return "number" if answer.isdigit() else "other"


def read_coco_ids(path: Path) -> Mapping[int, int | None]:
    """Read ``image_data.json``: each picture's number in COCO, None where it has none, by its number in the genome.

    Raises:
        DataError: the file is missing, broken or of another kind, or an entry is.
    """
    entries = records(read_json(path), path, None, "Visual Genome's image data, a bare list")
    numbers = ids(entries, key_of(entries, "image_id", "id"), path, "image", unique=True)
    if not all("coco_id" in entry for entry in entries):
        raise DataError(f"{path} does not say which pictures are COCO's ('coco_id'): fetch image_data.json again.")
    both = [row for row, entry in enumerate(entries) if entry["coco_id"] is not None]
    of_coco = ids([entries[row] for row in both], "coco_id", path, "image")
    return dict.fromkeys(numbers.tolist()) | dict(zip(numbers[both].tolist(), of_coco.tolist(), strict=True))


def seen_in(coco_ids: Mapping[int, int | None], image_ids: Ids) -> list[int]:
    """Return the genome's numbers of the pictures of COCO that a split asks about, ``image_ids``."""
    asked = set(image_ids.tolist())
    return [number for number, of_coco in coco_ids.items() if of_coco in asked]
