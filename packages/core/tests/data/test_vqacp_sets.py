from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scanpath.cli import main
from scanpath.data.catalogue import describe, make_dataset, open_split
from scanpath.errors import ConfigError, DataError

Entries = list[dict[str, Any]]
Put = Callable[..., tuple[Path, Path]]


@pytest.fixture
def official(tmp_path: Path, cp_questions: Entries, cp_annotations: Entries, put_cp: Put) -> Path:
    """Lay the four official files, with one question in train and one in test."""
    folder = tmp_path / "vqa-cp-v2"
    folder.mkdir()
    put_cp(folder, cp_questions[:1], cp_annotations[:1])
    put_cp(folder, cp_questions[1:], cp_annotations[1:], split="test")
    return tmp_path


def test_v1_and_derived_lists_are_data_sets_of_their_own(official: Path) -> None:
    (official / "vqa-cp-v2").rename(official / "vqa-cp-v2-rebuilt")
    derived = open_split("vqa-cp-v2-rebuilt", "train", official)
    assert derived.remarks[0].startswith("vqa-cp-v2-rebuilt/train was derived here")
    with pytest.raises(DataError, match="or derive a split of the same kind, vqa-cp-v2-rebuilt, by scanpath data reb"):
        open_split("vqa-cp-v2", "train", official)
    (official / "vqa-cp-v1").mkdir()
    for path in (official / "vqa-cp-v2-rebuilt").iterdir():
        path.rename(official / "vqa-cp-v1" / path.name.replace("v2", "v1"))
    assert open_split("vqa-cp-v1", "test", official).question_ids.tolist() == [42000]
    with pytest.raises(DataError, match="run scanpath data rebuild-vqacp vqa2"):
        open_split("vqa-cp-v2-rebuilt", "train", official)


def test_the_official_files_are_a_data_set_by_name(
    official: Path, cp_questions: Entries, cp_annotations: Entries, put_cp: Put
) -> None:
    assert open_split("vqa-cp-v2", "train", official).questions == ["Is it red?"]
    test = open_split("vqa-cp-v2", "test", official)
    assert (test.name, test.question_ids.tolist(), test.images) == ("vqa-cp-v2/test", [42000], None)
    assert test.remarks[0].startswith("vqa-cp-v2/test has 1 questions, the official one has 219,928")
    told = describe("vqa-cp-v2", official)
    assert (told.missing, told.counts) == ("", {"train": (1, 1), "test": (1, 1)})
    assert make_dataset("vqa-cp-v2", official) == official / "vqa-cp-v2"
    other = official / "other" / "vqa-cp-v2"
    put_cp(other, cp_questions[:1], cp_annotations[:1])
    put_cp(other, [{**cp_questions[1], "question": "How few?"}], cp_annotations[1:], split="test")
    assert len(told.checksum) == 64
    assert describe("vqa-cp-v2", other.parent).checksum != told.checksum


def test_its_pictures_are_those_of_coco(official: Path) -> None:
    for name in ("train2014", "val2014"):
        (official / "coco" / name).mkdir(parents=True)
    for picture in ("train2014/COCO_train2014_000000000009.jpg", "val2014/COCO_val2014_000000000042.jpg"):
        Image.fromarray(np.zeros((3, 5, 3), dtype=np.uint8)).save(official / "coco" / picture)
    found = open_split("vqa-cp-v2", "test", official)
    assert found.images is not None
    assert found.images.read(found.image_names[42]).shape == (3, 5, 3)


def test_what_there_is_not_is_said(official: Path) -> None:
    with pytest.raises(DataError, match="no split 'val', by design"):
        open_split("vqa-cp-v2", "val", official)
    with pytest.raises(ConfigError, match="takes no options, images was given"):
        make_dataset("vqa-cp-v2", official, images=3)
    (official / "vqa-cp-v2" / "vqacp_v2_test_questions.json").unlink()
    assert "vqacp_v2_test_questions.json is missing" in describe("vqa-cp-v2", official).missing


@pytest.mark.parametrize(
    "words",
    [
        "train task.data=vqa-cp-v2 task.features=null training.evaluation_split=test --split test",
        "data show vqa-cp-v2 --split test",
    ],
)
def test_a_question_in_both_splits_is_refused_by_every_verb(
    official: Path,
    cp_questions: Entries,
    cp_annotations: Entries,
    put_cp: Put,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
) -> None:
    put_cp(official / "vqa-cp-v2", cp_questions, cp_annotations)
    monkeypatch.setenv("SCANPATH_DATA", str(official))
    monkeypatch.chdir(official)
    with pytest.raises(SystemExit, match="2"):
        main(words.split())
    said = capsys.readouterr().err
    assert "1 questions stand in both " in said
    assert "(42000): give the lists of one version, train and test." in said


def test_odd_answers_and_foreign_pictures_are_told(
    official: Path, cp_questions: Entries, cp_annotations: Entries, put_cp: Put
) -> None:
    cp_annotations[1]["multiple_choice_answer"] = "4"
    put_cp(official / "vqa-cp-v2", cp_questions[1:], cp_annotations[1:], split="test")
    told = open_split("vqa-cp-v2", "test", official).remarks[1]
    assert told == (
        "vqacp_v2_test_annotations.json: the multiple_choice_answer of 1 questions is none of their answers (42000)."
    )
    put_cp(official / "vqa-cp-v2", [cp_questions[1] | {"coco_split": "test2015"}], cp_annotations[1:], split="test")
    with pytest.raises(DataError, match="expected train2014 or val2014"):
        open_split("vqa-cp-v2", "test", official)
    assert "expected train2014 or val2014" in describe("vqa-cp-v2", official).missing
