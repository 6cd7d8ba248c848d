from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from scanpath.data.images import open_images
from scanpath.data.pairs import read_pairs
from scanpath.data.vqa import coco_name, read_questions, read_results, read_split
from scanpath.data.vqa_annotations import read_annotations
from scanpath.errors import DataError

#: The official form, typed by hand.
QUESTIONS = """{
 "info": {"description": "This is v2.0 of the VQA dataset.", "url": "http://visualqa.org", "version": "2.0",
          "year": 2017, "contributor": "VQA Team", "date_created": "2017-04-26 17:07:13"},
 "task_type": "Open-Ended", "data_type": "mscoco",
 "license": {"url": "http://creativecommons.org/licenses/by/4.0/", "name": "Creative Commons Attribution 4.0"},
 "data_subtype": "val2014",
 "questions": [
  {"image_id": 262148, "question": "Where is he looking?", "question_id": 262148000},
  {"image_id": 262148, "question": "What are the people doing?", "question_id": 262148001},
  {"image_id": 42, "question": "How many dogs?", "question_id": 42000}
 ]}"""


def typed_annotation(question_id: int, image_id: int, modal: str, kind: str, answers: list[str]) -> dict[str, Any]:
    return {
        "question_type": "how many" if kind == "number" else "none of the above",
        "multiple_choice_answer": modal,
        "answers": [
            {"answer": text, "answer_confidence": "yes", "answer_id": place}
            for place, text in enumerate(answers, start=1)
        ],
        "image_id": image_id,
        "answer_type": kind,
        "question_id": question_id,
    }


#: In another order than the questions.
ANNOTATIONS = {
    "info": {}, "data_type": "mscoco", "data_subtype": "val2014", "license": {},
    "annotations": [
        typed_annotation(42000, 42, "2", "number", ["2"] * 7 + ["two", "Two", "3"]),
        typed_annotation(262148001, 262148, "skating", "other", ["skating"] * 9 + ["the skating"]),
        typed_annotation(262148000, 262148, "down", "other", ["down"] * 10),
    ],
}  # fmt: skip


def write(path: Path, value: Any) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return (
        write(tmp_path / "v2_OpenEnded_mscoco_val2014_questions.json", QUESTIONS),
        write(tmp_path / "v2_mscoco_val2014_annotations.json", ANNOTATIONS),
    )


def test_a_split_comes_in_the_order_of_the_questions(files: tuple[Path, Path]) -> None:
    split = read_split(*files)
    assert split.name == "val2014"
    assert split.question_ids.tolist() == [262148000, 262148001, 42000]
    assert split.question_ids.dtype == np.int64
    assert split.image_ids.tolist() == [262148, 262148, 42]
    assert split.questions == ["Where is he looking?", "What are the people doing?", "How many dogs?"]
    assert split.image_names == {
        42: "COCO_val2014_000000000042.jpg",
        262148: "COCO_val2014_000000262148.jpg",
    }
    assert split.annotations is not None
    assert split.annotations.modal == ["down", "skating", "2"]
    assert split.annotations.answer_types == ["other", "other", "number"]
    assert split.annotations.question_types == ["none of the above", "none of the above", "how many"]
    assert split.annotations.answers[2] == ("2",) * 7 + ("two", "Two", "3")


def test_questions_alone_make_a_test_split(files: tuple[Path, Path]) -> None:
    split = read_split(files[0], name="mine")
    assert (split.name, split.annotations, split.images, len(split)) == ("mine", None, None, 3)


def test_pictures_are_checked(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = tmp_path / "val2014"
    folder.mkdir()
    Image.new("RGB", (3, 5)).save(folder / coco_name("val2014", 42))
    with pytest.raises(DataError, match=r"about 1 pictures that the image source lacks \(COCO_val2014_000000262148"):
        read_split(*files, open_images(folder))
    Image.new("RGB", (3, 5)).save(folder / coco_name("val2014", 262148))
    split = read_split(*files, open_images(folder))
    assert split.images is not None
    assert split.images.read(split.image_names[42]).shape == (5, 3, 3)


def test_multiple_choice_files_of_v1_are_read(tmp_path: Path) -> None:
    value = json.loads(QUESTIONS) | {"num_choices": 18, "task_type": "Multiple-Choice"}
    for entry in value["questions"]:
        entry["multiple_choices"] = ["yes"] * 18
    assert len(read_questions(write(tmp_path / "q.json", value)).questions) == 3


Spoil = Callable[[dict[str, Any]], Any]


def spoilt(value: Any, spoil: Spoil) -> Any:
    value = copy.deepcopy(value)
    return spoil(value) or value


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda v: v["questions"][1].pop("image_id"), r"question number 1 \(question 262148001\) has no 'image_id'"),
        (lambda v: v["questions"][2].update(question=7), r"number 2 .*'question' = '7' \(int\), expected str"),
        (lambda v: v["questions"][0].update(question_id="1"), r"'question_id' = '1' \(str\), expected int"),
        (lambda v: v["questions"][0].update(question_id=True), r"'question_id' = 'True' \(bool\), expected int"),
        (lambda v: v["questions"][0].update(image_id=2**70), "does not fit in 64 bits"),
        (lambda v: v["questions"].append(v["questions"][0]), r"1 question_ids occur more than once \(262148000\)"),
        (lambda v: v["questions"].append(3), "question number 3 has no 'question_id'"),
        (
            lambda v: v["questions"][1].update(question="Who is \ud83d?"),
            r"number 1 \(question 262148001\) has 'question' = 'Who is \\ud83d\?', which has half of a character",
        ),
        (lambda v: v.pop("data_subtype"), "no text 'data_subtype'"),
        (lambda v: v.update(questions={}), "expected VQA questions"),
    ],
)
def test_bad_questions_are_named(tmp_path: Path, spoil: Spoil, sentence: str) -> None:
    value = json.loads(QUESTIONS)
    spoil(value)
    path = write(tmp_path / "q.json", value)
    with pytest.raises(DataError, match=sentence) as caught:
        read_questions(path)
    assert "q.json" in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda v: v["annotations"].pop(0), r"lacks the annotations of 1 questions \(42000\)"),
        (
            lambda v: v["annotations"][0].update(question_id=5),
            r"annotates 1 questions that the questions file lacks \(5",
        ),
        (lambda v: v["annotations"][0].update(image_id=5), r"another image_id .* for 1 questions \(42000\)"),
        (
            lambda v: v.update(data_subtype="train2014"),
            "is of 'train2014' by its data_subtype, the questions are of 'val",
        ),
    ],
)
def test_files_that_do_not_fit_are_refused(files: tuple[Path, Path], spoil: Spoil, sentence: str) -> None:
    value = copy.deepcopy(ANNOTATIONS)
    spoil(value)
    with pytest.raises(DataError, match=sentence):
        read_split(files[0], write(files[1], value))


def test_each_reader_says_what_a_wrong_file_holds(files: tuple[Path, Path], tmp_path: Path) -> None:
    questions, annotations = files
    captions = write(tmp_path / "c.json", {"images": [], "annotations": [{"caption": "a dog"}]})
    results = write(tmp_path / "r.json", [{"question_id": 3, "answer": "yes"}])
    pairs = write(tmp_path / "p.json", [[3, 5]])
    clevr = write(tmp_path / "s.json", {"info": {}, "scenes": []})
    listed = write(tmp_path / "l.json", [{"question_id": 3, "question": "why?"}])
    for reader, path, sentence in (
        (read_questions, annotations, "holds VQA annotations, expected VQA questions"),
        (read_questions, results, "holds results, expected VQA questions"),
        (read_questions, clevr, "holds CLEVR scenes, expected VQA questions"),
        (read_questions, listed, "holds VQA-CP questions, expected VQA questions"),
        (read_annotations, questions, "holds VQA questions, expected VQA annotations"),
        (read_annotations, captions, "holds captions, expected VQA annotations"),
        (read_annotations, pairs, "holds pairs of question ids, expected VQA annotations"),
        (read_results, questions, "holds VQA questions, expected results"),
        (read_pairs, annotations, "holds VQA annotations, expected complementary pairs"),
        (read_pairs, results, "entry number 0 is .* expected two question ids"),
        (read_questions, write(tmp_path / "n.json", "3"), "holds a single int"),
        (read_questions, write(tmp_path / "k.json", {"a": 1}), "holds an object with the keys 'a'"),
        (read_questions, write(tmp_path / "e.json", []), "holds an empty list"),
    ):
        with pytest.raises(DataError, match=sentence):
            reader(path)


@pytest.mark.parametrize("reader", [read_questions, read_annotations, read_results, read_pairs])
def test_a_file_cut_short_missing_or_packed_is_said(reader: Callable[[Path], Any], tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not valid JSON at line"):
        reader(write(tmp_path / "cut.json", QUESTIONS[:-30]))
    with pytest.raises(DataError, match="does not exist"):
        reader(tmp_path / "absent.json")
    (tmp_path / "packed.json").write_bytes(b"PK\x03\x04\xff\xfe\x80")
    with pytest.raises(DataError, match=r"packed.json is not"):
        reader(tmp_path / "packed.json")


def test_results(tmp_path: Path) -> None:
    results = write(
        tmp_path / "vqa_OpenEnded_mscoco_val2014_mine_results.json", '[{"question_id": 42000, "answer": "2"}]'
    )
    assert read_results(results) == {42000: "2"}
    twice = write(tmp_path / "twice.json", [{"question_id": 3, "answer": "a"}] * 2)
    with pytest.raises(DataError, match=r"more than once \(3\)"):
        read_results(twice)
    with pytest.raises(DataError, match=r"result number 0 .*has no 'answer'"):
        read_results(write(tmp_path / "none.json", [{"question_id": 3}]))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["questions", "annotations", "question_id", "image_id", "question", "answer", "answers"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=11,
)


@given(value=VALUES)
@pytest.mark.parametrize("reader", [read_questions, read_annotations, read_results, read_pairs])
def test_any_json_is_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, reader: Callable[[Path], Any], value: Any
) -> None:
    path = write(tmp_path_factory.getbasetemp() / "any.json", json.dumps(value))
    said = f"{path}"
    try:
        reader(path)
    except DataError as error:
        said = str(error)
    assert "any.json" in said
