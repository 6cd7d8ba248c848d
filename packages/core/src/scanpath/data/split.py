"""One split of a question-answering data set, as columns: what every reader gives and every task takes.

Columns of texts are given as any sequences and kept as arrays (:mod:`scanpath.data.columns`): the questions and answers
that VQA v2 trains on take 40 MB, and processes that read them share them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from scanpath.data.columns import Coded, CodedLists
from scanpath.data.images import ImageSource, JoinedImages
from scanpath.data.names import Names
from scanpath.errors import DataError

if TYPE_CHECKING:
    from scanpath.data.grounding import Grounded

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class VQAAnnotations:
    """What people answered, one entry a question, in the order of the split's questions."""

    question_types: Sequence[str]
    answer_types: Sequence[str]
    """``yes/no``, ``number`` or ``other``."""
    modal: Sequence[str]
    """The most frequent answer (``multiple_choice_answer`` of the official files)."""
    answers: Sequence[Sequence[str]]
    """The raw answers, ten in the official data."""
    families: Sequence[str] | None = None
    """The template that a question was made from, of data sets that tell it (``question_family_index`` of CLEVR)."""
    programs: Sequence[Sequence[str]] | None = None
    """What computes the answer, of data sets that tell it: steps as :mod:`scanpath.data.clevr_programs` writes them."""

    def __post_init__(self) -> None:
        """Keep texts as numbers."""
        for name in ("question_types", "answer_types", "modal"):
            object.__setattr__(self, name, Coded.of(getattr(self, name)))
        object.__setattr__(self, "answers", CodedLists.of(self.answers))
        if self.families is not None:
            object.__setattr__(self, "families", Coded.of(self.families))
        if self.programs is not None:
            object.__setattr__(self, "programs", CodedLists.of(self.programs))

    def __len__(self) -> int:
        """Count the questions."""
        return len(self.modal)

    def take(self, rows: Sequence[int] | Ids) -> VQAAnnotations:
        """Return the annotations of ``rows``, in their order."""
        rows = np.asarray(rows, dtype=np.int64)
        return VQAAnnotations(
            question_types=Coded.of(self.question_types).take(rows),
            answer_types=Coded.of(self.answer_types).take(rows),
            modal=Coded.of(self.modal).take(rows),
            answers=CodedLists.of(self.answers).take(rows),
            families=None if self.families is None else Coded.of(self.families).take(rows),
            programs=None if self.programs is None else CodedLists.of(self.programs).take(rows),
        )


@dataclass(frozen=True)
class VQASplit:
    """Questions about pictures: N questions in columns of equal length.

    ``annotations`` is None where answers are not public, ``images`` where only questions are needed and
    ``grounding`` where nothing is known about the objects.
    """

    name: str
    """Data set and split, ``"scenes/train"``."""
    question_ids: Ids
    """(N,), unique."""
    image_ids: Ids
    """(N,), the picture each question is about."""
    questions: Sequence[str]
    image_names: Mapping[int, str]
    """The file name of each picture, by image id."""
    images: ImageSource | None = None
    annotations: VQAAnnotations | None = None
    grounding: Grounded | None = None
    extra: npt.NDArray[np.bool_] | None = None
    """(N,), True for questions of another data set that are only trained on: their answers choose no vocabulary."""
    remarks: tuple[str, ...] = ()
    """Sentences about the files that a user should read before training: counts that differ from the official ones."""
    tokens: Mapping[str, CodedLists] = field(default_factory=dict)
    """By tokeniser, the words of each different question (``Coded.of(questions).texts``), where a table keeps them."""

    def __post_init__(self) -> None:
        """Keep texts as numbers; check that the columns are of one length."""
        object.__setattr__(self, "questions", Coded.of(self.questions))
        object.__setattr__(self, "image_names", Names.of(self.image_names))
        lengths = {len(self.question_ids), len(self.image_ids), len(self.questions)}
        if self.annotations is not None:
            lengths.add(len(self.annotations))
        if self.extra is not None:
            lengths.add(len(self.extra))
        if len(lengths) != 1:
            raise DataError(f"the columns of {self.name} have lengths {sorted(lengths)}, expected one length.")

    def __len__(self) -> int:
        """Count the questions."""
        return len(self.questions)

    def take(self, rows: Sequence[int] | Ids, name: str | None = None) -> VQASplit:
        """Return the split made of ``rows`` of this one, in their order, keeping only the pictures it needs."""
        rows = np.asarray(rows, dtype=np.int64)
        image_ids = self.image_ids[rows]
        return replace(
            self,
            name=name or self.name,
            question_ids=self.question_ids[rows],
            image_ids=image_ids,
            questions=Coded.of(self.questions).take(rows),
            image_names=Names.of(self.image_names).take(np.unique(image_ids)),
            annotations=self.annotations and self.annotations.take(rows),
            extra=None if self.extra is None else self.extra[rows],
        )


def joined(name: str, splits: Sequence[VQASplit]) -> VQASplit:
    """Put annotated splits one after the other, pictures too where every split has them.

    Raises:
        DataError: a split has no annotations, or two splits share questions.
    """
    known = [split.annotations for split in splits if split.annotations is not None]
    if len(known) < len(splits):
        without = [split.name for split in splits if split.annotations is None]
        raise DataError(f"{', '.join(without)} has no annotations: only splits with answers are joined, as {name}.")
    question_ids = np.concatenate([split.question_ids for split in splits])
    different, counts = np.unique(question_ids, return_counts=True)
    if len(different) < len(question_ids):
        raise DataError(
            f"{' and '.join(split.name for split in splits)} share {len(question_ids) - len(different)} questions, the "
            f"first being {different[counts > 1][0]}: give the files of different splits."
        )
    sources = [split.images for split in splits if split.images is not None]
    return VQASplit(
        name=name,
        question_ids=question_ids,
        image_ids=np.concatenate([split.image_ids for split in splits]),
        questions=Coded.joined([Coded.of(split.questions) for split in splits]),
        image_names={image: file for split in splits for image, file in split.image_names.items()},
        images=JoinedImages(sources) if len(sources) == len(splits) else None,
        annotations=VQAAnnotations(
            question_types=Coded.joined([Coded.of(one.question_types) for one in known]),
            answer_types=Coded.joined([Coded.of(one.answer_types) for one in known]),
            modal=Coded.joined([Coded.of(one.modal) for one in known]),
            answers=CodedLists.joined([CodedLists.of(one.answers) for one in known]),
        ),
        extra=_extra(splits),
        remarks=tuple(sentence for split in splits for sentence in split.remarks),
    )


def _extra(splits: Sequence[VQASplit]) -> npt.NDArray[np.bool_] | None:
    if all(split.extra is None for split in splits):
        return None
    return np.concatenate(
        [np.zeros(len(split), dtype=bool) if split.extra is None else split.extra for split in splits]
    )


def held_out(image_ids: Ids, *, one_in: int) -> npt.NDArray[np.bool_]:
    """Tell which questions belong to the pictures that are held out, about one picture in ``one_in``.

    A picture is chosen by a hash of its id alone, so the choice is the same on every machine, whatever the order
    and however many questions it has; a picture's questions stay together.

    Args:
        image_ids: (N,), the picture of each question.
        one_in: how rare held out pictures are.

    Returns:
        (N,), True where the question is held out.
    """
    # The constants of Stafford's "Mix13" variant of the 64-bit finaliser of MurmurHash3: every bit counts.
    mixed = image_ids.astype(np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    chosen: npt.NDArray[np.bool_] = mixed % np.uint64(one_in) == 0
    return chosen
