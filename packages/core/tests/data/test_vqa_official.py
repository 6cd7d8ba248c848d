from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scanpath.data.catalogue import dataset_checksum, describe, make_dataset, open_pairs, open_split
from scanpath.errors import ConfigError, DataError, UnknownNameError
from scanpath.tasks.vqa import VQATask

#: Names, keys and order as in the official archives, typed by hand; ids are ``image_id * 1000 + k``.
V2 = {
    "v2_OpenEnded_mscoco_train2014_questions.json": """{"info": {"description": "This is v2.0 of the VQA dataset.",
 "url": "http://visualqa.org", "version": "2.0", "year": 2017, "contributor": "VQA Team",
 "date_created": "2017-04-26 17:07:13"}, "task_type": "Open-Ended", "data_type": "mscoco",
 "license": {"url": "http://creativecommons.org/licenses/by/4.0/", "name": "Creative Commons Attribution 4.0"},
 "data_subtype": "train2014", "questions": [
 {"image_id": 9, "question": "Is the food hot?", "question_id": 9000},
 {"image_id": 25, "question": "Is the food hot?", "question_id": 25003}]}""",
    "v2_OpenEnded_mscoco_val2014_questions.json": """{"info": {}, "task_type": "Open-Ended", "data_type": "mscoco",
 "license": {}, "data_subtype": "val2014", "questions": [
 {"image_id": 42, "question": "How many dogs?", "question_id": 42000}]}""",
    "v2_OpenEnded_mscoco_test2015_questions.json": """{"info": {}, "task_type": "Open-Ended", "data_type": "mscoco",
 "license": {}, "data_subtype": "test2015", "questions": [
 {"image_id": 1, "question": "What is this?", "question_id": 1000},
 {"image_id": 16, "question": "Who?", "question_id": 16000}]}""",
    "v2_OpenEnded_mscoco_test-dev2015_questions.json": """{"info": {}, "task_type": "Open-Ended",
 "data_type": "mscoco", "license": {}, "data_subtype": "test-dev2015", "questions": [
 {"image_id": 16, "question": "Who?", "question_id": 16000}]}""",
    "v2_mscoco_train2014_complementary_pairs.json": "[[9000, 25003]]",
}


def annotated(question_id: int, image_id: int, answer: str, kind: str, question_type: str) -> str:
    ten = ", ".join(
        f'{{"answer": "{answer}", "answer_confidence": "yes", "answer_id": {place}}}' for place in range(1, 11)
    )
    return (
        f'{{"question_type": "{question_type}", "multiple_choice_answer": "{answer}", "answers": [{ten}], '
        f'"image_id": {image_id}, "answer_type": "{kind}", "question_id": {question_id}}}'
    )


def annotations(subtype: str, *entries: str) -> str:
    return (
        '{"info": {}, "license": {}, "data_subtype": "' + subtype + '", "data_type": "mscoco", "annotations": ['
        + ", ".join(entries) + "]}"
    )  # fmt: skip


V2["v2_mscoco_train2014_annotations.json"] = annotations(
    "train2014",
    annotated(25003, 25, "no", "yes/no", "is the"),
    annotated(9000, 9, "yes", "yes/no", "is the"),
)
V2["v2_mscoco_val2014_annotations.json"] = annotations("val2014", annotated(42000, 42, "2", "number", "how many"))


def lay(root: Path, files: dict[str, str], name: str = "vqa2") -> Path:
    for file, text in files.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name / file).write_text(text)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay(tmp_path, V2)


def test_every_split_of_the_official_files_opens_by_name(root: Path) -> None:
    train = open_split("vqa2", "train", root)
    assert (train.name, train.questions, train.image_ids.tolist()) == ("vqa2/train", ["Is the food hot?"] * 2, [9, 25])
    assert train.annotations is not None
    assert train.annotations.modal == ["yes", "no"]
    val = open_split("vqa2", "val", root)
    assert val.image_names == {42: "COCO_val2014_000000000042.jpg"}
    test, dev = open_split("vqa2", "test", root), open_split("vqa2", "test-dev", root)
    assert (test.annotations, test.question_ids.tolist()) == (None, [1000, 16000])
    assert (dev.annotations, dev.question_ids.tolist()) == (None, [16000])
    assert dev.image_names == {16: "COCO_test2015_000000000016.jpg"}  # its pictures are those of test
    told = describe("vqa2", root)
    assert told.missing == ""
    assert told.counts == {"train": (2, 2), "val": (1, 1), "test": (2, 2), "test-dev": (1, 1)}
    assert make_dataset("vqa2", root) == root / "vqa2"


def test_archives_may_be_unpacked_in_folders_of_their_own(tmp_path: Path) -> None:
    for number, (name, text) in enumerate(V2.items()):
        lay(tmp_path, {name: text}, f"vqa2/{number}")
    assert len(open_split("vqa2", "val", tmp_path)) == 1
    assert dataset_checksum("vqa2", tmp_path) == dataset_checksum("vqa2", lay(tmp_path / "flat", V2))


def test_other_counts_than_the_official_ones_are_told_not_refused(root: Path) -> None:
    (root / "coco" / "train2014").mkdir(parents=True)
    for image in (9, 25):
        Image.new("RGB", (64, 64)).save(root / "coco" / "train2014" / f"COCO_train2014_{image:012d}.jpg")
    sentences = VQATask({"data": "vqa2", "root": str(root), "features": None}).remarks("train")
    assert sentences == [
        "vqa2/train has 2 questions, the official one has 443,757: numbers on it are not those of the literature."
    ]
    assert open_split("vqa2", "test-dev", root).remarks == ()
    path = root / "vqa2" / "v2_mscoco_val2014_annotations.json"
    value = json.loads(path.read_text())
    value["annotations"][0]["answers"].pop()
    path.write_text(json.dumps(value))
    assert open_split("vqa2", "val", root).remarks[1] == "1 questions of vqa2/val have more or fewer than 10 answers."


def test_complementary_pairs_name_questions_of_their_split(root: Path) -> None:
    found = open_pairs("vqa2", "train", root)
    assert found is not None
    assert found.ids.tolist() == [[9000, 25003]]
    assert [sentence.partition(":")[0] for sentence in found.remarks] == [
        "vqa2/train has 1 complementary pairs, the official one has 200,394"
    ]
    lay(root, {"v2_mscoco_train2014_complementary_pairs.json": "[[9000, 25004]]"})
    with pytest.raises(DataError, match=r"pairs 1 questions that the questions file lacks \(25004\)"):
        open_pairs("vqa2", "train", root)


@pytest.mark.parametrize(
    ("name", "split"), [("vqa2", "val"), ("vqa2", "test"), ("vqa2-trainval", "train"), ("clevr", "val")]
)
def test_where_no_pairs_are_there_are_none(root: Path, name: str, split: str) -> None:
    assert open_pairs(name, split, root) is None


def test_what_is_odd_about_answers_is_told_of_every_split_that_holds_them(root: Path) -> None:
    path = root / "vqa2" / "v2_mscoco_val2014_annotations.json"
    path.write_text(path.read_text().replace('"answer_confidence": "yes"', '"answer_confidence": "sure"'))
    told = open_split("vqa2", "val", root).remarks[1]
    assert told.startswith("v2_mscoco_val2014_annotations.json: 10 answers have an answer_confidence other than yes, m")
    assert told in open_split("vqa2-trainval", "train", root).remarks


def test_pictures_are_those_of_coco_in_a_folder_or_an_archive(root: Path) -> None:
    assert open_split("vqa2", "val", root).images is None
    (root / "coco" / "val2014").mkdir(parents=True)
    Image.fromarray(np.zeros((3, 5, 3), dtype=np.uint8)).save(root / "coco/val2014/COCO_val2014_000000000042.jpg")
    val = open_split("vqa2", "val", root)
    assert val.images is not None
    assert val.images.read(val.image_names[42]).shape == (3, 5, 3)
    (root / "coco" / "val2014" / "COCO_val2014_000000000042.jpg").rename(root / "coco/val2014/7.jpg")
    with pytest.raises(DataError, match=r"asks about 1 pictures that the image source lacks"):
        open_split("vqa2", "val", root)


@pytest.mark.parametrize("name", ["vqa2", "vqa2-trainval"])
def test_the_questions_of_test_dev_may_say_that_they_are_of_test(root: Path, name: str) -> None:
    file = "v2_OpenEnded_mscoco_test-dev2015_questions.json"
    lay(root, {file: V2[file].replace('"test-dev2015"', '"test2015"')})
    dev = open_split(name, "test-dev", root)
    assert (dev.name, dev.question_ids.tolist()) == ("vqa2/test-dev", [16000])
    assert dev.image_names == {16: "COCO_test2015_000000000016.jpg"}
    lay(root, {file: V2[file].replace('"test-dev2015"', '"val2014"')})
    with pytest.raises(DataError, match="is of 'val2014' by its data_subtype, expected 'test-dev2015'"):
        open_split(name, "test-dev", root)


def test_where_no_data_subtype_stands_the_name_of_the_file_tells_it(root: Path) -> None:
    names = ("v2_OpenEnded_mscoco_val2014_questions.json", "v2_mscoco_val2014_annotations.json")
    lay(root, {name: V2[name].replace('"data_subtype": "val2014", ', "") for name in names})
    val = open_split("vqa2", "val", root)
    assert (val.name, val.image_names) == ("vqa2/val", {42: "COCO_val2014_000000000042.jpg"})
    assert val.annotations is not None


def test_train_and_val_are_one_split_for_the_test_server(root: Path) -> None:
    both = open_split("vqa2-trainval", "train", root)
    assert (both.name, both.question_ids.tolist()) == ("vqa2-trainval/train", [9000, 25003, 42000])
    assert both.image_names[42] == "COCO_val2014_000000000042.jpg"
    assert len(both.remarks) == 2
    assert describe("vqa2-trainval", root).counts == {"train": (3, 3), "test": (2, 2), "test-dev": (1, 1)}
    with pytest.raises(UnknownNameError, match="no split 'val' of vqa2-trainval; known are train, test, test-dev"):
        open_split("vqa2-trainval", "val", root)


V1_QUESTIONS: dict[str, Any] = {
    "info": {}, "task_type": "Multiple-Choice", "data_type": "mscoco", "license": {}, "data_subtype": "val2014",
    "num_choices": 18,
    "questions": [
        {"question_id": 420, "image_id": 42, "question": "How many dogs?", "multiple_choices": ["yes", "2"] * 9}
    ],
}  # fmt: skip


def test_v1_is_read_open_ended_or_else_multiple_choice(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "MultipleChoice_mscoco_val2014_questions.json": json.dumps(V1_QUESTIONS),
            "mscoco_val2014_annotations.json": annotations("val2014", annotated(420, 42, "2", "number", "how many")),
        },
        "vqa1",
    )
    assert open_split("vqa1", "val", tmp_path).questions == ["How many dogs?"]
    assert open_split("vqa1", "val", tmp_path).remarks[0].startswith("vqa1/val has 1 questions, the official one has 1")
    asked = V1_QUESTIONS | {
        "task_type": "Open-Ended",
        "questions": [V1_QUESTIONS["questions"][0] | {"question": "Hm?"}],
    }
    lay(tmp_path, {"OpenEnded_mscoco_val2014_questions.json": json.dumps(asked)}, "vqa1")
    assert open_split("vqa1", "val", tmp_path).questions == ["Hm?"]


def test_what_does_not_fit_is_refused(root: Path) -> None:
    with pytest.raises(DataError, match=r"no OpenEnded_mscoco_train2014_questions.json or MultipleChoice_mscoco_train"):
        make_dataset("vqa1", root)
    with pytest.raises(ConfigError, match="vqa2 takes no options, images was given"):
        make_dataset("vqa2", root, images=3)
    with pytest.raises(UnknownNameError, match="no split 'testdev' of vqa2; did you mean 'test-dev'"):
        open_split("vqa2", "testdev", root)
    lay(root, {"v2_OpenEnded_mscoco_test2015_questions.json": V2["v2_OpenEnded_mscoco_test-dev2015_questions.json"]})
    with pytest.raises(DataError, match="is of 'test-dev2015' by its data_subtype, expected 'test2015'"):
        open_split("vqa2", "test", root)


def test_questions_of_both_train_and_val_are_refused(root: Path) -> None:
    names = ("v2_OpenEnded_mscoco_{}_questions.json", "v2_mscoco_{}_annotations.json")
    lay(root, {name.format("val2014"): V2[name.format("train2014")].replace("train2014", "val2014") for name in names})
    task = VQATask({"data": "vqa2", "root": str(root), "features": None})
    task.split("train")
    with pytest.raises(DataError, match="vqa2/val shares 2 questions with vqa2/train, the first being 9000"):
        task.split("val")
    with pytest.raises(DataError, match="share 2 questions, the first being 9000"):
        open_split("vqa2-trainval", "train", root)
