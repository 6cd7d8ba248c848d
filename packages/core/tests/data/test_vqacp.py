from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.vqa_writing import write_cp_lists
from scanpath.data.vqacp import PICTURES, read_cp_split
from scanpath.errors import DataError

Entries = list[dict[str, Any]]
Put = Callable[..., tuple[Path, Path]]


def test_pictures_are_named_by_the_set_they_come_from(
    tmp_path: Path, cp_questions: Entries, cp_annotations: Entries, put_cp: Put
) -> None:
    split = read_cp_split(*put_cp(tmp_path, cp_questions, cp_annotations[::-1]))
    assert (split.name, split.remarks) == ("vqacp_v2_train_questions", ())
    assert split.question_ids.tolist() == [9001, 42000]
    assert split.image_names == {9: "COCO_train2014_000000000009.jpg", 42: "COCO_val2014_000000000042.jpg"}
    assert split.annotations is not None
    assert split.annotations.answers == [("3",) * 10] * 2
    for entry in cp_annotations:
        del entry["coco_split"]  # the questions tell it
    assert read_cp_split(*put_cp(tmp_path, cp_questions, cp_annotations)).image_names == split.image_names


TEXT = st.text(st.characters(codec="utf-8"), max_size=7)


@given(
    entries=st.dictionaries(
        st.integers(0, 2**62),
        st.tuples(st.integers(0, 2**40), TEXT, st.lists(TEXT, min_size=1, max_size=4)),
        min_size=1,
        max_size=6,
    ),
    origins=st.lists(st.sampled_from(PICTURES), min_size=6, max_size=6),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[int, tuple[int, str, list[str]]], origins: list[str]
) -> None:
    images = [image for image, _, _ in entries.values()]
    answers = [tuple(some) for _, _, some in entries.values()]
    split = VQASplit(
        name="made",
        question_ids=np.fromiter(entries, dtype=np.int64),
        image_ids=np.asarray(images),
        questions=[text for _, text, _ in entries.values()],
        image_names={},
        annotations=VQAAnnotations(["t"] * len(images), ["other"] * len(images), [one[0] for one in answers], answers),
    )
    of = dict(zip(images, origins, strict=False))
    paths = [tmp_path_factory.getbasetemp() / f"{name}.json" for name in "qa"]
    write_cp_lists(*paths, split, of)
    found = read_cp_split(*paths)
    assert found.question_ids.tolist() == split.question_ids.tolist()
    assert (found.questions, found.annotations, found.remarks) == (split.questions, split.annotations, ())
    assert found.image_names == {image: f"COCO_{origin}_{image:012d}.jpg" for image, origin in of.items()}


VALUES = st.recursive(
    st.none() | st.integers(-5, 5) | st.sampled_from([*PICTURES, "", "yes/no", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["question_id", "image_id", "question", "coco_split", "answers", "answer"]), inner
        )
    ),
    max_leaves=11,
)


@given(questions=VALUES, annotations=VALUES)
def test_any_json_is_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, questions: Any, annotations: Any
) -> None:
    paths = [tmp_path_factory.getbasetemp() / f"any_{name}.json" for name in "qa"]
    for path, value in zip(paths, (questions, annotations), strict=True):
        path.write_text(json.dumps(value))
    said = "any_"
    try:
        read_cp_split(*paths)
    except DataError as error:
        said = str(error)
    assert "any_" in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda q: q[0].pop("coco_split"), r"question number 0 \(question 9001\) has no 'coco_split'"),
        (lambda q: q[1].update(image_id=9), "gives picture 9 two values of coco_split"),
        (lambda q: q[1].update(coco_split="bogus2014"), "whose coco_split is bogus2014, expected train2014 or val2014"),
        (lambda q: q[1].update(coco_split=7), r"'coco_split' = '7' \(int\), expected str"),
        (lambda q: q[1].update(coco_split="train2014"), r"gives 1 pictures another coco_split than the questions \(42"),
    ],
)
def test_bad_questions_are_named(
    tmp_path: Path,
    cp_questions: Entries,
    cp_annotations: Entries,
    put_cp: Put,
    change: Callable[[Entries], Any],
    sentence: str,
) -> None:
    change(cp_questions)
    for entry, asked in zip(cp_annotations, cp_questions, strict=True):
        entry["image_id"] = asked["image_id"]
    with pytest.raises(DataError, match=sentence):
        read_cp_split(*put_cp(tmp_path, cp_questions, cp_annotations))


def test_bad_annotations_are_named(tmp_path: Path, cp_questions: Entries, cp_annotations: Entries, put_cp: Put) -> None:
    with pytest.raises(DataError, match="lacks the annotations of 1 questions"):
        read_cp_split(*put_cp(tmp_path, cp_questions, cp_annotations[:1]))
    cp_annotations.append(cp_annotations[0] | {"question_id": 9002, "coco_split": "val2014"})
    asked = [*cp_questions, cp_questions[0] | {"question_id": 9002}]
    with pytest.raises(DataError, match=r"annotations.json gives picture 9 two values of coco_split"):
        read_cp_split(*put_cp(tmp_path, asked, cp_annotations))


def test_files_of_vqa_are_told_apart(
    tmp_path: Path, cp_questions: Entries, cp_annotations: Entries, put_cp: Put
) -> None:
    with pytest.raises(DataError, match="holds VQA questions, expected VQA-CP questions"):
        read_cp_split(*put_cp(tmp_path, {"questions": cp_questions, "task_type": "Open-Ended"}, cp_annotations))
    with pytest.raises(DataError, match="holds VQA annotations, expected VQA-CP annotations"):
        read_cp_split(*put_cp(tmp_path, cp_questions, {"annotations": cp_annotations}))


def test_lists_of_other_pictures_say_which(
    tmp_path: Path, cp_questions: Entries, cp_annotations: Entries, put_cp: Put
) -> None:
    paths = put_cp(tmp_path, cp_questions, cp_annotations)
    text = [path.read_text().replace("val2014", "mine") for path in paths]
    for path, one in zip(paths, text, strict=True):
        path.write_text(one)
    assert read_cp_split(*paths, origins=("train2014", "mine")).image_names[42] == "COCO_mine_000000000042.jpg"
    assert json.loads(text[0])[1]["coco_split"] == "mine"
