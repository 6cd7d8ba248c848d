from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scanpath.data.catalogue import dataset_checksum, open_split
from scanpath.errors import DataError
from scanpath.tasks.vqa.settings import VQASettings
from scanpath.tasks.vqa.vocabularies import Vocabularies

#: The official forms, typed by hand.
QUESTION_ANSWERS = """[{"id": 1, "qas": [
 {"a_objects": [], "question": "What color is the clock?", "image_id": 1, "qa_id": 986768, "answer": "Green.",
  "q_objects": [{"object_id": 1058498, "x": 421, "y": 91, "names": ["clock"], "h": 339, "w": 79,
   "synsets": ["clock.n.01"]}]},
 {"a_objects": [], "question": "How tall is it?", "image_id": 1, "qa_id": 986769, "answer": "Very tall.",
  "q_objects": []},
 {"a_objects": [], "question": "How many?", "image_id": 1, "qa_id": 986770, "answer": "Two.", "q_objects": []}]},
 {"id": 2, "qas": [
 {"a_objects": [], "question": "Where is the cat?", "image_id": 2, "qa_id": 5, "answer": "On the table.",
  "q_objects": []},
 {"a_objects": [], "question": "Is it red?", "image_id": 2, "qa_id": 6, "answer": "yes", "q_objects": []}]}]"""

IMAGE_DATA = """[{"width": 800, "url": "https://cs.stanford.edu/people/rak248/VG_100K_2/1.jpg", "height": 600,
 "image_id": 1, "coco_id": null, "flickr_id": null},
 {"width": 800, "url": "https://cs.stanford.edu/people/rak248/VG_100K/2.jpg", "height": 600, "image_id": 2,
 "coco_id": 42, "flickr_id": 2414791}]"""


def put(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def vqa(root: Path) -> Path:
    """Lay VQA v2 with one question a split, and the genome beside it."""
    for split, image, answer in (("train2014", 9, "green"), ("val2014", 42, "table")):
        about = {"data_subtype": split, "task_type": "Open-Ended"}
        asked = {"image_id": image, "question": "Which?", "question_id": image * 1000}
        answered = {
            "question_type": "which", "multiple_choice_answer": answer, "image_id": image, "answer_type": "other",
            "question_id": image * 1000, "answers": [{"answer": answer} for _ in range(10)],
        }  # fmt: skip
        put(root / "vqa2" / f"v2_OpenEnded_mscoco_{split}_questions.json", about | {"questions": [asked]})
        put(root / "vqa2" / f"v2_mscoco_{split}_annotations.json", about | {"annotations": [answered]})
    put(root / "visual-genome" / "question_answers.json", QUESTION_ANSWERS)
    put(root / "visual-genome" / "image_data.json", IMAGE_DATA)
    return root


def test_the_genome_is_trained_on_beside_vqa(tmp_path: Path) -> None:
    root = vqa(tmp_path)
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


def test_pictures_of_val_can_be_kept_apart(tmp_path: Path) -> None:
    root = vqa(tmp_path)
    value = json.loads(QUESTION_ANSWERS)
    value[1]["qas"][0]["answer"] = "green"
    put(root / "visual-genome" / "question_answers.json", value)
    assert len(open_split("vqa2-genome", "train", root)) == 3
    apart = open_split("vqa2-genome-apart", "train", root)
    assert len(apart) == 2
    assert apart.remarks[-1].endswith("they are left out.")
    (root / "visual-genome" / "image_data.json").unlink()
    assert "no image_data.json, so which pictures" in open_split("vqa2-genome", "train", root).remarks[-1]
    with pytest.raises(DataError, match=r"no image_data.json in .*unpack image_data.json.zip from"):
        open_split("vqa2-genome-apart", "train", root)
    (root / "visual-genome" / "question_answers.json").unlink()
    with pytest.raises(DataError, match=r"no question_answers.json in .*unpack question_answers.json.zip from"):
        open_split("vqa2-genome", "train", root)


def test_questions_about_empty_pictures_are_left_out_and_told(tmp_path: Path) -> None:
    root = vqa(tmp_path)
    for part, number in (("VG_100K_2", 1), ("VG_100K", 2)):
        (root / "visual-genome" / part).mkdir()
        Image.new("RGB", (5, 3)).save(root / "visual-genome" / part / f"{number}.jpg")
    (root / "visual-genome" / "VG_100K" / "2.jpg").write_bytes(b"")
    both = open_split("vqa2-trainval-genome", "train", root)
    assert both.questions == ["Which?", "Which?", "What color is the clock?"]
    assert "1 pictures of Visual Genome are empty files (2): their questions are left out." in both.remarks


def test_the_genome_brings_words_and_no_answers(tmp_path: Path) -> None:
    train = open_split("vqa2-trainval-genome", "train", vqa(tmp_path))
    assert train.annotations is not None
    assert train.annotations.modal == ["green", "table", "green", "table"]
    known = Vocabularies.build(train.take([0, 2, 3]), VQASettings.parse({"features": None}))
    assert known.answers.answers == ("green",)
    assert "clock" in known.words.words


@pytest.mark.parametrize("name", ["vqa2-genome", "vqa2-genome-apart", "vqa2-trainval", "vqa2-trainval-genome"])
def test_a_table_of_all_is_read_like_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("scanpath.data.tables.SMALL", 1)
    monkeypatch.setattr("scanpath.data.digests.SMALL", 1)
    root = vqa(tmp_path)
    if name.endswith("apart"):  # the filter leaves nothing of the picture that val does not ask about
        put(root / "visual-genome" / "image_data.json", IMAGE_DATA.replace("42", "43"))
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
