from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanpath.data.clevr_files import ANSWERED, COUNTS, FIRST, MOST, CLEVRFiles, PictureColumn, numbers
from scanpath.errors import DataError

PATH = Path("CLEVR_val_questions.json")


def entry(index: int, name: str | None = None, split: str = "val") -> dict[str, Any]:
    return {"split": split, "image_index": index, "image_filename": name or f"CLEVR_{split}_{index:06d}.png"}


def test_where_files_lie() -> None:
    files = CLEVRFiles(Path("CLEVR_v1.0"))
    assert files.questions("test") == Path("CLEVR_v1.0/questions/CLEVR_test_questions.json")
    assert files.scenes("val") == Path("CLEVR_v1.0/scenes/CLEVR_val_scenes.json")
    assert files.images("train") / files.image_name("train", 42) == Path(
        "CLEVR_v1.0/images/train/CLEVR_train_000042.png"
    )


def test_ids_of_the_official_splits_are_unique() -> None:
    assert sum(pictures for pictures, _ in COUNTS.values()) == 100_000
    assert set(ANSWERED) < set(COUNTS) == set(FIRST)
    assert max(max(two) for two in COUNTS.values()) < MOST
    assert sorted(FIRST.values()) == [0, MOST, 2 * MOST]


def test_pictures_in_parts() -> None:
    pictures = PictureColumn(PATH, "question")
    pictures.add([entry(3), entry(0)])
    pictures.add([])
    pictures.add([entry(3)])
    assert pictures.split() == "val"
    assert pictures.ids().tolist() == [1_000_003, 1_000_000, 1_000_003]
    assert pictures.names() == {1_000_000: "CLEVR_val_000000.png", 1_000_003: "CLEVR_val_000003.png"}


@pytest.mark.parametrize(
    "name",
    [
        "CLEVR_val_000004.png", "CLEVR_val_3.png", "CLEVR_val_000003.jpg", "CLEVR_train_000003.png", "_val_000003.png",
        "../CLEVR_val_000003.png", "/CLEVR_val_000003.png", "a\\CLEVR_val_000003.png", "CLEVR\n_val_000003.png", "x",
    ],
)  # fmt: skip
def test_a_name_that_is_not_the_pictures(name: str) -> None:
    pictures = PictureColumn(PATH, "scene")
    words = r"scene number 1 has 'image_filename' = .* for picture 3 of 'val', expected"
    with pytest.raises(DataError, match=words) as told:
        pictures.add([entry(0), entry(3, name)])
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([entry(1), entry(1, split="train")], "has questions of 'train', 'val', expected all to be of 'train'"),
        ([entry(1, split="valB")], "has questions of 'valB', expected all to be of"),
        ([], "has questions of no split"),
        ([entry(1), entry(2, "Other_val_000002.png")], "names begin with 'CLEVR', 'Other', expected one beginning"),
    ],
)
def test_pictures_of_several_splits_or_data_sets(entries: list[dict[str, Any]], words: str) -> None:
    pictures = PictureColumn(PATH, "question")
    pictures.add(entries)
    with pytest.raises(DataError, match=words):
        pictures.names()


@pytest.mark.parametrize("value", [-1, MOST, 2**62])
def test_numbers_beyond_a_split(value: int) -> None:
    assert numbers([{"n": 0}, {"n": MOST - 1}], "n", PATH, "question").tolist() == [0, MOST - 1]
    with pytest.raises(DataError, match=f"question number 1 has 'n' = {value}, expected 0 to 999,999: mend it"):
        numbers([{"n": 0}, {"n": value}], "n", PATH, "question")
