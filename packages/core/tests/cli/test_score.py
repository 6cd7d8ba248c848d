"""``scanpath score`` from end to end: tables, JSON, one sentence and exit code 2 on errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scanpath.cli import main


def _files(folder: Path) -> list[str]:
    answers = [{"answer": "two", "answer_id": n} for n in range(1, 10)] + [{"answer": "3", "answer_id": 10}]
    rows = [
        {"question_id": key, "question_type": "how many", "answer_type": "number", "answers": answers} for key in (2, 5)
    ]
    contents = {
        "questions": {"questions": [{"question_id": row["question_id"]} for row in rows]},
        "annotations": {"annotations": rows},
        "results": [{"question_id": 2, "answer": "2"}, {"question_id": 5, "answer": "3"}],
    }
    arguments = []
    for name, content in contents.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
        arguments += [f"--{name}", str(folder / f"{name}.json")]
    return arguments


def _run(arguments: list[str]) -> int:
    try:
        main(["score", *arguments])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_prints_tables_and_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "scores.json"
    assert _run([*_files(tmp_path), "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "overall 65.00 % of 2 questions, metric official" in printed
    assert "how many" in printed
    assert json.loads(out.read_text()) == {
        "version": "official",
        "overall": 65.0,
        "per_answer_type": {"number": 65.0},
        "per_question_type": {"how many": 65.0},
        "per_question": {"2": 100.0, "5": 30.0},
    }


def test_pairs_are_scored_where_they_are_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = _files(tmp_path)
    asked = [{"question_id": key, "image_id": key, "question": "How many?"} for key in (2, 5)]
    (tmp_path / "questions.json").write_text(json.dumps({"data_subtype": "val2014", "questions": asked}))
    pairs, out = tmp_path / "pairs.json", tmp_path / "scores.json"
    pairs.write_text("[[2, 5]]")
    assert _run([*words, "--pairs", str(pairs), "--json", str(out)]) == 0
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["1", "complementary", "pairs", "share"] in printed
    assert ["both", "right", "30.00"] in printed
    assert ["same", "answer", "to", "both", "0.00"] in printed
    found = json.loads(out.read_text())
    assert (found["overall"], found["complementary_pairs"]) == (65, {"pairs": 1, "both_right": 30, "same_answer": 0})

    pairs.write_text("[[5, 2], [2, 7]]")
    assert _run([*words, "--pairs", str(pairs)]) == 2
    assert "pairs 1 questions that the questions file lacks (7)" in capsys.readouterr().err


def test_versions_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run([*_files(tmp_path), "--metric", "official-2017"]) == 0
    assert "overall 15.00 %" in capsys.readouterr().out


@pytest.mark.parametrize(("wrong", "sentence"), [("--metric", "there is no VQA metric"), ("--results", "holds annot")])
def test_errors_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str, sentence: str) -> None:
    arguments = _files(tmp_path)
    value = "offical" if wrong == "--metric" else str(tmp_path / "annotations.json")
    sentence = sentence if wrong == "--metric" else "is a file of annotations, expected results"
    assert _run([*arguments, wrong, value]) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err


def test_scoring_imports_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys; from scanpath.cli import main\n"
        f"main(['score', *{_files(tmp_path)!r}])\n"
        "assert 'torch' not in sys.modules and 'numpy' not in sys.modules, 'heavy imports'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
