"""What an upload would be refused for: each kind of mistake, typed by hand, and any file that is right."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.submission import check_submission, split_of
from scanpath.errors import DataError

ASKED = np.asarray([16000, 262144005, 262144006])
RIGHT = '{"question_id": 16000, "answer": "2"}, {"answer": "", "question_id": 262144006}'


def checked(folder: Path, text: str | bytes) -> list[str]:
    path = folder / "results.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    mistakes, answered = check_submission(path, ASKED)
    assert answered.tolist() == sorted(set(answered.tolist()))
    return mistakes


def test_a_file_that_is_right_in_any_order(tmp_path: Path) -> None:
    assert checked(tmp_path, f'[{RIGHT}, {{"question_id": 262144005, "answer": "caf\u00e9"}}]') == []


@pytest.mark.parametrize(
    ("entry", "mistakes"),
    [
        ("", ["1 question not answered: 262144005"]),
        (
            '{"question_id": 16000, "answer": "2"}, {"question_id": 262144005, "answer": "a"}',
            ["1 question answered more than once: 16000"],
        ),
        (
            '{"question_id": 262144005, "answer": "a"}, {"question_id": 7, "answer": "a"}',
            ["1 question answered that the split does not ask: 7"],
        ),
        (
            '{"question_id": "262144005", "answer": "a"}',
            [
                '1 entry whose question_id is not a whole number: number 2 ("262144005")',
                "1 question not answered: 262144005",
            ],
        ),
        (
            '{"question_id": true, "answer": "a"}',
            ["1 entry whose question_id is not a whole number: number 2 (true)", "1 question not answered: 262144005"],
        ),
        ('{"question_id": 262144005, "answer": 2}', ["1 entry whose answer is not a string: number 2 (2)"]),
        ('{"question_id": 262144005, "answer": null}', ["1 entry whose answer is not a string: number 2 (null)"]),
        ('{"question_id": 262144005}', ['1 entry without question_id or answer: number 2 (["answer"])']),
        (
            '{"qid": 262144005, "answer": "a"}',
            ['1 entry without question_id or answer: number 2 (["question_id"])', "1 question not answered: 262144005"],
        ),
        (
            '{"question_id": 262144005, "answer": "a", "score": 0.5}',
            ['1 entry with further keys, which the official form does not have: number 2 (["score"])'],
        ),
        ("7", ["1 entry other than an object: number 2 (7)", "1 question not answered: 262144005"]),
        (
            '[262144005, "a"], "a"',
            [
                '2 entries other than an object: number 2 ([262144005, "a"]), number 3 ("a")',
                "1 question not answered: 262144005",
            ],
        ),
        (
            f'{{"question_id": 262144005, "answer": "a"}}, {{"question_id": {10**30}, "answer": "a"}}',
            [f"1 question answered that the split does not ask: {10**30}"],
        ),
    ],
)
def test_every_mistake_is_counted_and_shown(tmp_path: Path, entry: str, mistakes: list[str]) -> None:
    assert checked(tmp_path, f"[{RIGHT}{', ' if entry else ''}{entry}]") == mistakes


def test_all_mistakes_are_told_at_once_and_the_first_few_shown(tmp_path: Path) -> None:
    entries = [{"question_id": key, "answer": key} for key in range(1000, 1008)] * 2
    shown = ", ".join(f"number {place} ({1000 + place})" for place in range(5))
    assert checked(tmp_path, json.dumps(entries)) == [
        f"16 entries whose answer is not a string: {shown}, ...",
        "8 questions answered more than once: 1000, 1001, 1002, 1003, 1004, ...",
        "3 questions not answered: 16000, 262144005, 262144006",
        "8 questions answered that the split does not ask: 1000, 1001, 1002, 1003, 1004, ...",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'[{"question_id": 16000, "answer": "2"}', r"is not valid JSON at line 1, column \d+ .*may be cut short"),
        (
            b'{"question_id": 16000, "answer": "2"}\n{"question_id": 7, "answer": "2"}\n',
            r"holds one JSON object a line, expected a single list: write \[ before",
        ),
        (b'{"questions": []}', r"holds questions, expected results, a bare list of question_id and answer"),
        (b'{"16000": "2"}', r"holds an object with the keys '16000', expected results"),
        (b"\xff\xfe\x00", r"is not text, expected JSON|is not valid JSON"),
        (b"", r"is not valid JSON"),
        (b'"yes"', r"holds a single str, expected results"),
        (b'[{"question_id": 16000, "answer": NaN}]', r"has the value NaN, which is no JSON: mend it or write it again"),
    ],
)
def test_what_is_no_list_of_results_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as caught:
        checked(tmp_path, content)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist: check the path"):
        check_submission(tmp_path / "absent.json", ASKED)
    with pytest.raises(DataError, match="is a folder, expected a JSON file"):
        check_submission(tmp_path, ASKED)


@given(st.lists(st.integers(0, 40)), st.sets(st.integers(0, 40)))
def test_what_is_told_is_what_sets_say(
    tmp_path_factory: pytest.TempPathFactory, said: list[int], asked: set[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps([{"question_id": key, "answer": "a"} for key in said]))
    mistakes, answered = check_submission(path, np.asarray(sorted(asked), dtype=np.int64))
    assert answered.tolist() == sorted(set(said))
    counts = [len({key for key in said if said.count(key) > 1}), len(asked - set(said)), len(set(said) - asked)]
    assert [int(sentence.split()[0]) for sentence in mistakes] == [count for count in counts if count]


def test_the_split_that_a_file_belongs_to_is_found(small_world: Path) -> None:
    from scanpath.data.catalogue import open_split

    test = open_split("scenes", "test", small_world).question_ids
    assert split_of(np.sort(test), "scenes", small_world) == "test"
    assert split_of(np.sort(test)[:-1], "scenes", small_world) is None
    assert split_of(test, "vqa2", small_world) is None, "which is not there"
