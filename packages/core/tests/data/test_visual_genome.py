from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.visual_genome import (
    FIRST_IMAGE,
    FIRST_QUESTION,
    answer_words,
    keep_known,
    keep_one_word,
    read_coco_ids,
    read_genome,
    seen_in,
)
from scanpath.errors import ConfigError, DataError

Put = Callable[[Path, Any], Path]


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("Green.", "green"), ("On the table.", "table"), ("It is in front of the house.", "house"), ("Two", "two"),
        ("Very tall.", None), ("on the", None), ("", None), ("t-shirt", None), ("U.S.A.", "usa"),
        (" in  a box ", "box"),
    ],
)  # fmt: skip
def test_mcb_keeps_answers_of_one_word_that_says_something(answer: str, word: str | None) -> None:
    assert keep_one_word(answer) == word


@given(st.text())
def test_any_answer_has_words_without_blanks_or_capitals(answer: str) -> None:
    words = answer_words(answer)
    assert all(word and word == word.lower() and not any(map(str.isspace, word)) for word in words)
    assert answer_words(" ".join(words)) == words


def test_mutan_keeps_answers_that_are_known() -> None:
    keep = keep_known(["2", "very tall", "on table"])
    assert [keep(answer) for answer in ("Two.", "Very tall.", "on  a table", "green")] == [
        "2", "very tall", "on table", None,
    ]  # fmt: skip


def test_questions_with_one_word_are_read(tmp_path: Path, genome: Mapping[str, str], put: Put) -> None:
    split = read_genome(put(tmp_path / "question_answers.json", genome["question_answers.json"]))
    assert split.questions == ["What color is the clock?", "How many?", "Where is the cat?", "Is it red?"]
    assert split.question_ids.tolist() == [FIRST_QUESTION + number for number in (986768, 986770, 5, 6)]
    assert split.image_ids.tolist() == [FIRST_IMAGE + number for number in (1, 1, 2, 2)]
    assert split.image_names == {FIRST_IMAGE + 1: "1.jpg", FIRST_IMAGE + 2: "2.jpg"}
    assert split.annotations is not None
    assert split.annotations.modal == ["green", "two", "table", "yes"]
    assert split.annotations.answer_types == ["other", "other", "other", "yes/no"]
    assert split.annotations.answers[0] == ("green",) * 10
    (sentence,) = split.remarks
    assert sentence.startswith("visual-genome: 4 of 5 questions are used; 0 are about pictures to leave out")
    assert sentence.endswith("the answers of 1 do not pass the filter 'mcb'.")


def test_what_a_model_cannot_answer_or_has_seen_is_left_out(
    tmp_path: Path, genome: Mapping[str, str], put: Put
) -> None:
    path = put(tmp_path / "question_answers.json", genome["question_answers.json"])
    known = read_genome(path, known={"2", "green", "very tall"}).annotations
    assert known is not None
    assert known.modal == ["green", "2"]
    mutan = read_genome(path, keep="mutan", known=["2", "very tall"]).annotations
    assert mutan is not None
    assert (mutan.modal, mutan.answer_types) == (["very tall", "2"], ["other", "number"])
    apart = read_genome(path, without=[1])
    assert (len(apart), "3 are about pictures to leave out" in apart.remarks[0]) == (2, True)
    coco_ids = read_coco_ids(put(tmp_path / "i.json", genome["image_data.json"]))
    assert coco_ids == {1: None, 2: 42}
    assert seen_in(coco_ids, np.asarray([7, 42])) == [2]
    assert len(read_genome(path, listed=coco_ids)) == 4
    with pytest.raises(DataError, match=r"asks about 1 pictures that image_data.json lacks \(2\): give the two files"):
        read_genome(path, listed=[1, 3])


Spoil = Callable[[Any], Any]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda v: v[1]["qas"][0].pop("answer"), r"image number 1 \(id 2\) has a question without a whole"),
        (lambda v: v[1]["qas"][0].pop("qa_id"), r"image number 1 \(id 2\) has a question without a whole"),
        (lambda v: v[0]["qas"][1].update(qa_id=2**70), "a 'qa_id' does not fit in 64 bits"),
        (lambda v: v[0]["qas"][1].update(qa_id="3"), r"image number 0 \(id 1\) has a question without a whole"),
        (lambda v: v[0].pop("qas"), "image number 0 has no 'qas'"),
        (lambda v: v[0].update(qas={}), r"'qas' = '\{\}' \(dict\), expected list"),
        (lambda v: v[0]["qas"][1].update(answer="\udfff"), r"image number 0 \(id 1\) has a question without a whole"),
        (lambda v: v[1].pop("id"), "image number 1 has no 'id'"),
        (lambda v: v[1].update(id="2"), r"image number 1 has 'id' = '2' \(str\), expected int"),
        (lambda v: v.append({"id": 2, "qas": []}), r"qa.json: 1 ids occur more than once \(2\)"),
        (lambda v: v.clear(), "has 0 questions, and no answer passes the filter 'mcb'"),
    ],
)
def test_bad_questions_are_named(
    tmp_path: Path, genome: Mapping[str, str], put: Put, spoil: Spoil, sentence: str
) -> None:
    value = json.loads(genome["question_answers.json"])
    spoil(value)
    with pytest.raises(DataError, match=sentence) as caught:
        read_genome(put(tmp_path / "qa.json", value))
    assert "qa.json" in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda v: v[0].pop("coco_id"), r"does not say which pictures are COCO's \('coco_id'\)"),
        (lambda v: v[1].update(coco_id="42"), r"'coco_id' = '42' \(str\), expected int"),
        (lambda v: v[1].update(image_id=1), r"1 image_ids occur more than once \(1\)"),
        (lambda v: v[1].pop("image_id"), "image number 1 has no 'image_id'"),
        (lambda v: v[0].update(id=v[0].pop("image_id")), "image number 1 has no 'id'"),
    ],
)
def test_bad_image_data_are_named(
    tmp_path: Path, genome: Mapping[str, str], put: Put, spoil: Spoil, sentence: str
) -> None:
    value = json.loads(genome["image_data.json"])
    spoil(value)
    with pytest.raises(DataError, match=sentence):
        read_coco_ids(put(tmp_path / "image_data.json", value))


#: The forms of the first release, typed by hand.
OLDER = """[{"id": 1, "qas": [
 {"id": 986768, "image": 1, "question": "What color is the clock?", "answer": "Green."},
 {"id": 986769, "image": 1, "question": "How tall is it?", "answer": "Very tall."}]},
 {"id": 2, "qas": [{"id": 5, "image": 2, "question": "Is it red?", "answer": "yes"}]}]"""
OLDER_IMAGES = """[{"id": 1, "width": 800, "height": 600, "url": "", "coco_id": null, "flickr_id": null},
 {"id": 2, "width": 800, "height": 600, "url": "", "coco_id": 42, "flickr_id": 2414791}]"""


def test_the_older_form_is_read(tmp_path: Path, put: Put) -> None:
    split = read_genome(put(tmp_path / "question_answers.json", OLDER))
    assert split.questions == ["What color is the clock?", "Is it red?"]
    assert split.question_ids.tolist() == [FIRST_QUESTION + number for number in (986768, 5)]
    assert split.image_ids.tolist() == [FIRST_IMAGE + number for number in (1, 2)]
    assert len(split.remarks) == 1
    assert read_coco_ids(put(tmp_path / "image_data.json", OLDER_IMAGES)) == {1: None, 2: 42}


def test_of_questions_with_one_number_the_first_is_used(
    tmp_path: Path, genome: Mapping[str, str], put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = json.loads(genome["question_answers.json"])
    for one in (value[0]["qas"][1], value[1]["qas"][1]):  # the answer of the former is one that is not kept
        one["qa_id"] = 986768
    value[1]["qas"][0]["qa_id"] = 986770
    path = put(tmp_path / "question_answers.json", value)
    for most in (4096, 1):
        monkeypatch.setattr("scanpath.data.json_lists._ENTRIES", most)
        split = read_genome(path)
        assert split.questions == ["What color is the clock?", "How many?"]
        assert split.annotations is not None
        assert split.annotations.modal == ["green", "two"]
        assert split.question_ids.tolist() == [FIRST_QUESTION + 986768, FIRST_QUESTION + 986770]
        used, repeated = split.remarks
        assert used.startswith(
            "visual-genome: 2 of 5 questions are used; 0 are about pictures to leave out, the answers of 1"
        )
        assert repeated == (
            "question_answers.json: 3 questions have the qa_id of one before them (986768, 986770, 986768): the first "
            "of each is used."
        )
    value = [{"id": 1, "qas": [value[0]["qas"][1], value[0]["qas"][0]]}]  # the first of the two is not kept
    with pytest.raises(DataError, match="has 2 questions, and no answer passes the filter"):
        read_genome(put(path, value))


def test_a_question_is_about_the_picture_that_it_stands_with(
    tmp_path: Path, genome: Mapping[str, str], put: Put
) -> None:
    value = json.loads(genome["question_answers.json"])
    value[0]["qas"][2]["image_id"] = 2
    value[1]["qas"][0]["image_id"] = "2"
    value[1]["qas"][1].pop("image_id")
    path = put(tmp_path / "question_answers.json", value)
    split = read_genome(path)
    assert (split.image_ids - FIRST_IMAGE).tolist() == [1, 1, 2, 2]
    assert split.remarks[1] == (
        "question_answers.json: 2 questions name another picture than the one that they stand with (qa_ids 986770, 5): "
        "they are taken as about the latter."
    )
    assert read_genome(path, without=[1]).questions == ["Where is the cat?", "Is it red?"]


def test_other_files_are_told_apart(tmp_path: Path, genome: Mapping[str, str], put: Put) -> None:
    with pytest.raises(DataError, match="holds VQA questions, expected Visual Genome's questions"):
        read_genome(put(tmp_path / "q.json", {"questions": [], "task_type": ""}))
    with pytest.raises(DataError, match="expected Visual Genome's image data"):
        read_coco_ids(put(tmp_path / "i.json", {}))
    with pytest.raises(ConfigError, match="MUTAN's filter keeps known answers, and none were given"):
        read_genome(tmp_path / "q.json", keep="mutan")
    zipped = tmp_path / "question_answers.json.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("question_answers.json", genome["question_answers.json"] * 50)
    with pytest.raises(DataError, match="or still compressed"):
        read_genome(zipped)
