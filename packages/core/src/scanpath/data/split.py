"""One split of a question-answering data set, as columns: what every reader gives and every task takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from scanpath.data.images import ImageSource, JoinedImages
from scanpath.errors import DataError

if TYPE_CHECKING:
    from scanpath.data.grounding import Grounding

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class VQAAnnotations:
    """What people answered, one entry a question, in the order of the split's questions."""

    question_types: list[str]
    answer_types: list[str]
    """``yes/no``, ``number`` or ``other``."""
    modal: list[str]
    """The most frequent answer (``multiple_choice_answer`` of the official files)."""
    answers: list[tuple[str, ...]]
    """The raw answers, ten in the official data."""

    def __len__(self) -> int:
        """Count the questions."""
        return len(self.modal)

    def take(self, rows: Sequence[int] | Ids) -> VQAAnnotations:
        """Return the annotations of ``rows``, in their order."""
        return VQAAnnotations(
            question_types=[self.question_types[row] for row in rows],
            answer_types=[self.answer_types[row] for row in rows],
            modal=[self.modal[row] for row in rows],
            answers=[self.answers[row] for row in rows],
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
    questions: list[str]
    image_names: Mapping[int, str]
    """The file name of each picture, by image id."""
    images: ImageSource | None = None
    annotations: VQAAnnotations | None = None
    grounding: Grounding | None = None
    extra: npt.NDArray[np.bool_] | None = None
    """(N,), True for questions of another data set that are only trained on: their answers choose no vocabulary."""
    remarks: tuple[str, ...] = ()
    """Sentences about the files that a user should read before training: counts that differ from the official ones."""

    def __post_init__(self) -> None:
        """Check that the columns are of one length."""
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
            questions=[self.questions[row] for row in rows],
            image_names={image: self.image_names[image] for image in np.unique(image_ids).tolist()},
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
        questions=[text for split in splits for text in split.questions],
        image_names={image: file for split in splits for image, file in split.image_names.items()},
        images=JoinedImages(sources) if len(sources) == len(splits) else None,
        annotations=VQAAnnotations(
            question_types=[text for one in known for text in one.question_types],
            answer_types=[text for one in known for text in one.answer_types],
            modal=[text for one in known for text in one.modal],
            answers=[texts for one in known for texts in one.answers],
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
