"""How the files of the generated world are called, after the official patterns."""

from __future__ import annotations

from pathlib import Path

from scanpath.data.vqa_writing import ANNOTATIONS_NAME, PAIRS_NAME, QUESTIONS_NAME

#: The two splits whose questions are dealt out anew for changing priors.
CP_POOL = ("train", "val")
CP_SPLITS = ("train", "test")

#: One training picture in this many is held out as scenes-cp's val, which VQA-CP itself does not have.
CP_VAL_ONE_IN = 10


def subtype(split: str) -> str:
    """Return the ``data_subtype`` of a split."""
    return f"scenes_{split}"


def image_name(of_subtype: str, image_id: int) -> str:
    """Return a picture's file name: ``Scenes_train_000000000001.png``."""
    return f"{of_subtype.capitalize()}_{image_id:012d}.png"


class Layout:
    """The files of one data set."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder."""
        self.folder = folder

    def images(self, split: str) -> Path:
        """Return the archive of pictures."""
        return self.folder / f"{subtype(split)}.zip"

    def masks(self, split: str) -> Path:
        """Return the archive of label maps."""
        return self.folder / f"{subtype(split)}_masks.zip"

    def questions(self, split: str) -> Path:
        """Return the questions of VQA v2's form."""
        return self.folder / QUESTIONS_NAME.format(subtype=subtype(split))

    def annotations(self, split: str) -> Path:
        """Return the annotations of VQA v2's form."""
        return self.folder / ANNOTATIONS_NAME.format(subtype=subtype(split))

    def pairs(self, split: str) -> Path:
        """Return the complementary pairs."""
        return self.folder / PAIRS_NAME.format(subtype=subtype(split))

    def captions(self, split: str) -> Path:
        """Return the captions of COCO's form."""
        return self.folder / f"captions_{subtype(split)}.json"

    def scenes(self, split: str) -> Path:
        """Return the scenes of CLEVR's form."""
        return self.folder / f"{subtype(split)}_scenes.json"

    def grounding(self, split: str) -> Path:
        """Return which objects each question is about."""
        return self.folder / f"{subtype(split)}_grounding.json"

    def cp_questions(self, split: str) -> Path:
        """Return the questions of VQA-CP's form."""
        return self.folder / f"vqacp_scenes_{split}_questions.json"

    def cp_annotations(self, split: str) -> Path:
        """Return the annotations of VQA-CP's form."""
        return self.folder / f"vqacp_scenes_{split}_annotations.json"
