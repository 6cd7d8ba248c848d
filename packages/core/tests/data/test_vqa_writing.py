from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.pairs import read_pairs
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.vqa import read_results, read_split
from scanpath.data.vqa_writing import (
    write_annotations,
    write_complementary_pairs,
    write_questions,
    write_results,
)
from scanpath.errors import DataError

TEXT = st.text(max_size=9)


@st.composite
def splits(draw: st.DrawFn) -> VQASplit:
    ids = draw(st.lists(st.integers(0, 2**40), unique=True, max_size=7))
    count = len(ids)

    def some(strategy: st.SearchStrategy[str]) -> list[str]:
        return draw(st.lists(strategy, min_size=count, max_size=count))

    images = draw(st.lists(st.integers(0, 10**6), min_size=count, max_size=count))
    return VQASplit(
        name="drawn",
        question_ids=np.asarray(ids, np.int64),
        image_ids=np.asarray(images, np.int64),
        questions=some(TEXT),
        image_names={image: f"COCO_drawn_{image:012d}.jpg" for image in images},
        annotations=VQAAnnotations(
            question_types=some(TEXT),
            answer_types=some(st.sampled_from(["yes/no", "number", "other"])),
            modal=some(TEXT),
            answers=[tuple(draw(st.lists(TEXT, min_size=1, max_size=10))) for _ in ids],
        ),
    )


@given(split=splits())
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, split: VQASplit) -> None:
    folder = tmp_path_factory.getbasetemp()
    write_questions(folder / "wq.json", split, "drawn")
    write_annotations(folder / "wa.json", split, "drawn")
    found = read_split(folder / "wq.json", folder / "wa.json")
    assert found.question_ids.tolist() == split.question_ids.tolist()
    assert found.image_ids.tolist() == split.image_ids.tolist()
    assert (found.name, found.questions) == (split.name, split.questions)
    assert (found.annotations, found.image_names) == (split.annotations, split.image_names)


def test_the_official_form_is_written(tmp_path: Path) -> None:
    split = VQASplit(
        name="val",
        question_ids=np.asarray([3001]),
        image_ids=np.asarray([3]),
        questions=["is it?"],
        image_names={3: "a"},
        annotations=VQAAnnotations(["is it"], ["yes/no"], ["yes"], [("yes", "no")]),
    )
    write_questions(tmp_path / "q.json", split, "val2014", description="mine")
    write_annotations(tmp_path / "a.json", split, "val2014", confidences=[("maybe", "no")])
    questions = json.loads((tmp_path / "q.json").read_text())
    assert set(questions) == {"info", "task_type", "data_type", "data_subtype", "license", "questions"}
    assert set(questions["info"]) == {"description", "url", "version", "year", "contributor", "date_created"}
    assert (questions["task_type"], questions["data_type"]) == ("Open-Ended", "mscoco")
    assert questions["questions"] == [{"question_id": 3001, "image_id": 3, "question": "is it?"}]
    annotations = json.loads((tmp_path / "a.json").read_text())
    assert annotations["annotations"] == [
        {
            "question_id": 3001,
            "image_id": 3,
            "question_type": "is it",
            "answer_type": "yes/no",
            "multiple_choice_answer": "yes",
            "answers": [
                {"answer_id": 1, "answer": "yes", "answer_confidence": "maybe"},
                {"answer_id": 2, "answer": "no", "answer_confidence": "no"},
            ],
        }
    ]


def test_results_and_pairs_are_read_back(tmp_path: Path) -> None:
    write_results(tmp_path / "r.json", {7: "yes", 5: "a\u00e9"})
    assert read_results(tmp_path / "r.json") == {7: "yes", 5: "a\u00e9"}
    write_complementary_pairs(tmp_path / "p.json", [(3, 5), (7, 11)])
    assert read_pairs(tmp_path / "p.json").tolist() == [[3, 5], [7, 11]]


def test_a_split_without_answers_has_none_to_write(tmp_path: Path) -> None:
    split = VQASplit("test", np.asarray([3]), np.asarray([5]), ["why?"], {5: "a"})
    with pytest.raises(DataError, match="test has no annotations to write"):
        write_annotations(tmp_path / "a.json", split, "test")
