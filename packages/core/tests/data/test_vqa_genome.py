from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scanpath.data.catalogue import dataset_checksum, open_split
from scanpath.errors import DataError
from scanpath.tasks.vqa.settings import VQASettings
from scanpath.tasks.vqa.vocabularies import Vocabularies

Put = Callable[[Path, Any], Path]


@pytest.fixture
def root(tmp_path: Path, genome: Mapping[str, str], put: Put) -> Path:
    """Lay VQA v2 with one question a split, and the genome beside it."""
    for split, image, answer in (("train2014", 9, "green"), ("val2014", 42, "table")):
        about = {"data_subtype": split, "task_type": "Open-Ended"}
        asked = {"image_id": image, "question": "Which?", "question_id": image * 1000}
        answered = {
            "question_type": "which", "multiple_choice_answer": answer, "image_id": image, "answer_type": "other",
            "question_id": image * 1000,
            "answers": [{"answer": answer, "answer_id": one, "answer_confidence": "yes"} for one in range(1, 11)],
        }  # fmt: skip
        put(tmp_path / "vqa2" / f"v2_OpenEnded_mscoco_{split}_questions.json", about | {"questions": [asked]})
        put(tmp_path / "vqa2" / f"v2_mscoco_{split}_annotations.json", about | {"annotations": [answered]})
    for name, text in genome.items():
        put(tmp_path / "visual-genome" / name, text)
    return tmp_path


def test_the_genome_is_trained_on_beside_vqa(root: Path) -> None:
    train = open_split("vqa2-genome", "train", root)
    assert train.questions == ["Which?", "What color is the clock?"]  # of its answers VQA's train has one
    assert train.extra is not None
    assert train.extra.tolist() == [False, True]
    assert train.remarks[-1].startswith(
        "1 pictures of Visual Genome are ones that VQA's val asks about; they are train"
    )
    assert open_split("vqa2-genome", "val", root).questions == ["Which?"]
    both = open_split("vqa2-trainval-genome", "train", root)
    assert both.questions == ["Which?", "Which?", "What color is the clock?", "Where is the cat?"]
    assert dataset_checksum("vqa2-genome", root) != dataset_checksum("vqa2", root)


def test_pictures_of_val_can_be_kept_apart(root: Path, genome: Mapping[str, str], put: Put) -> None:
    value = json.loads(genome["question_answers.json"])
    value[1]["qas"][0]["answer"] = "green"
    put(root / "visual-genome" / "question_answers.json", value)
    assert len(open_split("vqa2-genome", "train", root)) == 3
    apart = open_split("vqa2-genome-apart", "train", root)
    assert len(apart) == 2
    assert apart.remarks[-1].endswith("they are left out.")
    (root / "visual-genome" / "image_data.json").unlink()
    assert "no image_data.json, so which pictures" in open_split("vqa2-genome", "train", root).remarks[-1]
    with pytest.raises(DataError, match=r"no image_data.json in .*: run scanpath data fetch visual-genome, or unpack"):
        open_split("vqa2-genome-apart", "train", root)
    (root / "visual-genome" / "question_answers.json").unlink()
    with pytest.raises(
        DataError, match=r"no question_answers.json in .*: run scanpath data fetch visual-genome, or unpack"
    ):
        open_split("vqa2-genome", "train", root)


def test_questions_about_empty_pictures_are_left_out_and_told(root: Path) -> None:
    for part, number in (("VG_100K_2", 1), ("VG_100K", 2)):
        (root / "visual-genome" / part).mkdir()
        Image.new("RGB", (5, 3)).save(root / "visual-genome" / part / f"{number}.jpg")
    (root / "visual-genome" / "VG_100K" / "2.jpg").write_bytes(b"")
    both = open_split("vqa2-trainval-genome", "train", root)
    assert both.questions == ["Which?", "Which?", "What color is the clock?"]
    assert "1 pictures of Visual Genome are empty files (2): their questions are left out." in both.remarks


def test_the_genome_brings_words_and_no_answers(root: Path) -> None:
    train = open_split("vqa2-trainval-genome", "train", root)
    assert train.annotations is not None
    assert train.annotations.modal == ["green", "table", "green", "table"]
    known = Vocabularies.build(train.take([0, 2, 3]), VQASettings.parse({"features": None}))
    assert known.answers.answers == ("green",)
    assert "clock" in known.words.words


@pytest.mark.parametrize("name", ["vqa2-genome", "vqa2-genome-apart", "vqa2-trainval", "vqa2-trainval-genome"])
def test_a_table_of_all_is_read_like_the_files(
    root: Path, genome: Mapping[str, str], put: Put, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("scanpath.data.tables.SMALL", 1)
    monkeypatch.setattr("scanpath.data.digests.SMALL", 1)
    if name.endswith("apart"):  # the filter leaves nothing of the picture that val does not ask about
        put(root / "visual-genome" / "image_data.json", genome["image_data.json"].replace("42", "43"))
    first = open_split(name, "train", root)
    with monkeypatch.context() as patched:
        patched.setattr("scanpath.data.json_lists._in_parts", lambda *_: pytest.fail("a file was parsed again"))
        again = open_split(name, "train", root)
    assert (again.name, again.questions, again.annotations) == (first.name, first.questions, first.annotations)
    assert (again.question_ids.tolist(), again.remarks) == (first.question_ids.tolist(), first.remarks)
    assert (again.extra is None) == (first.extra is None)
    path = root / "vqa2" / "v2_OpenEnded_mscoco_train2014_questions.json"
    path.write_text(path.read_text().replace("Which?", "Whose?"))  # as long as before
    assert open_split(name, "train", root).questions[0] == "Whose?"


@pytest.mark.parametrize("name", ["vqa2-genome", "vqa2-trainval-genome"])
def test_questions_about_pictures_that_image_data_lack_are_refused(
    root: Path, genome: Mapping[str, str], put: Put, name: str
) -> None:
    put(root / "visual-genome" / "image_data.json", json.loads(genome["image_data.json"])[1:])
    with pytest.raises(DataError, match=r"asks about 1 pictures that image_data.json lacks \(1\)"):
        open_split(name, "train", root)
