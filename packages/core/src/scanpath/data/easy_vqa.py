"""easy-vqa as a data set: one coloured shape a picture, questions about its shape, its colour and what is there.

Source: the package ``easy-vqa`` (Victor Zhou, https://github.com/vzhou842/easy-VQA), installed by
``pip install 'scanpath[easy-vqa]'``. It has a train and a test set; one picture in ten of the train set is held out
as val. Its single answer counts as ten equal ones. Looking is hardly needed here: there is one shape to look at.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.dataset import Counts
from scanpath.data.images import open_images
from scanpath.data.making import Progress
from scanpath.data.split import VQAAnnotations, VQASplit, held_out
from scanpath.errors import ConfigError, DataError, missing_extra

ONE_IN = 10

#: Test pictures are numbered from 0 again; this keeps the ids of pictures apart.
FIRST_TEST_IMAGE = 1_000_000


class EasyVQA:
    """``easy-vqa``, which comes as a package wherever the other data sets lie.

    A :class:`scanpath.data.dataset.Dataset`.
    """

    summary = "one shape a picture, a third-party set from PyPI (pip install 'scanpath[easy-vqa]')"

    def __init__(self, root: Path) -> None:
        pass

    @property
    def folder(self) -> Path:
        """The folder of the package's data."""
        return package_folder()

    def open(self, split: str) -> VQASplit:
        """Open a split."""
        return read_easy_vqa(split)

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:  # noqa: ARG002
        """Return its folder: there is nothing to make and nothing to choose."""
        if options:
            raise ConfigError(f"easy-vqa takes no options, {', '.join(options)} was given: it comes as a package.")
        return self.folder

    def checksum(self) -> str:
        """Return a checksum of the package's data."""
        return _folder_checksum(self.folder)

    def counts(self) -> Counts:
        """Count pictures and questions by split."""
        splits = {split: self.open(split) for split in ("train", "val", "test")}
        return {split: (len(found.image_names), len(found)) for split, found in splits.items()}

    def damaged(self) -> list[str] | None:
        """Leave the files to the package's installer."""
        return None


@functools.cache
def _folder_checksum(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.suffix in {".json", ".txt", ".png"}:
            digest.update(f"{file.relative_to(folder).as_posix()}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def package_folder() -> Path:
    """Return the folder of the package's data.

    Raises:
        MissingExtraError: the package is not installed.
    """
    try:
        import easy_vqa
    except ImportError:
        raise missing_extra("easy-vqa", purpose="the data set easy-vqa", extra="easy-vqa") from None
    return Path(easy_vqa.__file__).parent / "data"


def question_type(question: str) -> str:
    """Name a question's family."""
    if question.startswith(("what color", "what is the color")):
        return "attribute: color"
    return "attribute: shape" if question.startswith("what") else "existence"


def read_easy_vqa(split: str) -> VQASplit:
    """Read ``"train"``, ``"val"`` or ``"test"``.

    Raises:
        MissingExtraError: the package is not installed.
    """
    folder = package_folder()
    import easy_vqa

    from_test = split == "test"
    texts, answers, numbers = easy_vqa.get_test_questions() if from_test else easy_vqa.get_train_questions()
    local = np.asarray(numbers, dtype=np.int64)
    image_ids = local + (FIRST_TEST_IMAGE if from_test else 0)
    names: Mapping[int, str] = {
        image: f"{number}.png" for image, number in zip(image_ids.tolist(), local.tolist(), strict=True)
    }
    types = [question_type(text) for text in texts]
    whole = VQASplit(
        name=f"easy-vqa/{split}",
        question_ids=image_ids * 1000 + _place_in_image(image_ids),
        image_ids=image_ids,
        questions=list(texts),
        image_names=names,
        images=open_images(folder / ("test" if from_test else "train") / "images"),
        annotations=VQAAnnotations(
            question_types=types,
            answer_types=["yes/no" if kind == "existence" else "other" for kind in types],
            modal=list(answers),
            answers=[(answer,) * 10 for answer in answers],
        ),
    )
    if from_test:
        return whole
    chosen = held_out(image_ids, one_in=ONE_IN)
    rows = np.flatnonzero(chosen if split == "val" else ~chosen)
    if not len(rows):
        raise DataError("the package easy-vqa holds no questions: install it again.")
    return whole.take(rows)


def _place_in_image(
    image_ids: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Number the questions of each picture from 0, in their order."""
    order = np.argsort(image_ids, kind="stable")
    ordered = image_ids[order]
    starts = np.searchsorted(ordered, ordered)
    places = np.empty(len(image_ids), dtype=np.int64)
    places[order] = np.arange(len(image_ids)) - starts
    return places
