"""``scanpath submission check``: what is wrong line by line, and an exit code that a script understands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanpath.cli import main
from scanpath.data.catalogue import open_split

QUESTIONS = """{"info": {}, "task_type": "Open-Ended", "data_type": "mscoco", "license": {},
 "data_subtype": "test2015", "questions": [{"image_id": 1, "question": "What is this?", "question_id": 1000},
 {"image_id": 16, "question": "Who?", "question_id": 16000}]}"""


def checked(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, list[str], str]:
    code = 0
    try:
        main(["submission", "check", *map(str, words)])
    except SystemExit as left:
        code = int(left.code or 0)
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("questions.json").write_text(QUESTIONS)
    path = Path("results.json")
    path.write_text('[{"question_id": 16000, "answer": "me"}, {"question_id": 1000, "answer": "a dog"}]')
    return path


def test_against_the_official_questions(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, err = checked(capsys, results, "--questions", "questions.json")
    assert (code, err) == (0, "")
    assert lines == [f"{results} answers each of the 2 questions of questions.json once, in the official form."]
    results.write_text('[{"question_id": 16000, "answer": 1}, {"question_id": 1001, "answer": "a dog"}]')
    code, lines, err = checked(capsys, results, "--questions", "questions.json")
    assert code == 2
    assert lines == [
        "1 entry whose answer is not a string: number 0 (1)",
        "1 question not answered: 1000",
        "1 question answered that the split does not ask: 1001",
    ]
    assert err == f"scanpath: {results} is not what questions.json asks for: mend the above before an upload.\n"


def test_the_answers_of_another_split_are_recognised(
    run_world: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = open_split("scenes", "test", run_world).question_ids.tolist()
    results.write_text(json.dumps([{"question_id": key, "answer": "two"} for key in ids]))
    words = (results, "--data", "scenes", "--root", run_world)
    assert checked(capsys, *words)[0] == 0, "test by default"
    code, lines, err = checked(capsys, *words, "--split", "val")
    assert code == 2
    assert [line.partition(":")[0] for line in lines] == [
        "55 questions not answered",
        "77 questions answered that the split does not ask",
    ]
    assert "is not what scenes/val asks for (its questions are those of 'test'): mend" in err


def test_what_is_asked_must_be_said_once(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ((), ("--data", "scenes", "--questions", "questions.json")):
        code, lines, err = checked(capsys, results, *words)
        assert (code, lines) == (2, [])
        assert err.startswith("scanpath: give either --data with --split, or --questions")
