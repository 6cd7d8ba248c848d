"""The three files of a score: what is read, and one sentence for everything that can be wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from scanpath.errors import DataError
from scanpath.metrics.vqa_files import read_score_inputs, score_files

KEYS = (101, 103, 107)
NAMES = ("questions", "annotations", "results")


def _contents() -> dict[str, Any]:
    answers = [{"answer": "yes", "answer_id": n} for n in range(1, 11)]
    return {
        "questions": {"questions": [{"question_id": key, "image_id": 1, "question": "?"} for key in KEYS]},
        "annotations": {
            "annotations": [
                {"question_id": key, "question_type": "is", "answer_type": "yes/no", "answers": answers} for key in KEYS
            ]
        },
        "results": [{"question_id": key, "answer": "yes"} for key in KEYS],
    }


def _write(folder: Path, contents: dict[str, Any]) -> list[Path]:
    for name in NAMES:
        (folder / f"{name}.json").write_text(json.dumps(contents[name]))
    return [folder / f"{name}.json" for name in NAMES]


def test_reads_and_scores(tmp_path: Path) -> None:
    contents = _contents()
    contents["results"][1]["answer"] = "no"
    assert score_files(*_write(tmp_path, contents)).per_question == {101: 100.0, 103: 0.0, 107: 100.0}


def _drop(contents: dict[str, Any]) -> None:
    contents["results"] = contents["results"][:1]


def _add(contents: dict[str, Any]) -> None:
    contents["results"].append({"question_id": 9, "answer": "no"})


def _repeat(contents: dict[str, Any]) -> None:
    contents["results"].append(contents["results"][0])


def _both(contents: dict[str, Any]) -> None:
    contents["results"][0]["question_id"] = 9


def _number(contents: dict[str, Any]) -> None:
    contents["results"][2]["answer"] = 2


def _text_id(contents: dict[str, Any]) -> None:
    contents["results"][2]["question_id"] = "107"


def _swap(contents: dict[str, Any]) -> None:
    contents["questions"], contents["annotations"] = contents["annotations"], contents["questions"]


def _questions_as_results(contents: dict[str, Any]) -> None:
    contents["results"] = contents["questions"]


def _results_as_questions(contents: dict[str, Any]) -> None:
    contents["questions"] = contents["results"]


def _other_split(contents: dict[str, Any]) -> None:
    contents["annotations"]["annotations"].pop()


def _no_ids(contents: dict[str, Any]) -> None:
    contents["questions"]["questions"][0].pop("question_id")


def _null(contents: dict[str, Any]) -> None:
    contents["results"] = None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_drop, r"results\.json lacks 2 question ids \(103, 107\) against the 3 questions"),
        (_add, r"results\.json adds 1 question id \(9\)"),
        (_both, r"results\.json lacks 1 question id \(101\) and adds 1 question id \(9\)"),
        (_repeat, r"results\.json repeats 1 question id \(101\)"),
        (_number, r"1 entry number \(2\) not of the form"),
        (_text_id, r"not an integer in 1 entry number \(2\)"),
        (_swap, r"questions\.json holds annotations, expected a file of questions"),
        (_questions_as_results, r"results\.json is a file of questions, expected results"),
        (_results_as_questions, r"questions\.json holds a list"),
        (_other_split, r"annotations\.json lacks 1 question id \(107\)"),
        (_no_ids, r"questions\.json has entries without question_id"),
        (_null, r"results\.json is a JSON null"),
    ],
)
def test_one_sentence_for_what_is_wrong(tmp_path: Path, change: Any, sentence: str) -> None:
    contents = _contents()
    change(contents)
    with pytest.raises(DataError, match=sentence):
        read_score_inputs(*_write(tmp_path, contents))


def test_broken_and_missing_files(tmp_path: Path) -> None:
    questions, annotations, results = _write(tmp_path, _contents())
    results.write_text(results.read_text()[:-5])
    with pytest.raises(DataError, match=r"results\.json is not valid JSON at line 1"):
        read_score_inputs(questions, annotations, results)
    with pytest.raises(DataError, match="does not exist"):
        read_score_inputs(tmp_path / "none.json", annotations, results)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["yes", "question_id", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*NAMES, "question_id", "answer", "answers"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.sampled_from(NAMES), JSON)
def test_any_json_is_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, value: Any
) -> None:
    contents = {**_contents(), name: value}
    files = _write(tmp_path_factory.mktemp("files"), contents)
    with pytest.raises(DataError):
        score_files(*files)
