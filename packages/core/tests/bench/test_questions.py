"""Opening official files, the first time and again."""

from scanpath.bench.data import Sizes
from scanpath.bench.questions import measure_questions
from scanpath.data import digests, tables

SMALL = Sizes(questions=300, pictures=50, rounds=2)


def test_every_line_has_a_figure_and_what_was_asked_a_verdict(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "SMALL", 1)
    monkeypatch.setattr(digests, "SMALL", 1)
    monkeypatch.setattr("scanpath.bench.questions.time.sleep", lambda _: None)
    lines = {line.what: line for line in measure_questions(tmp_path, SMALL)}
    assert all(line.value > 0 for what, line in lines.items() if what != "memory while they are parsed")
    second = lines["second opening of 300 questions and 50 pictures"]
    first = lines["first opening of 300 questions and 50 pictures"]
    assert second.ratio == 1000 * first.value / second.value
    assert second.met == (second.value < 1000)
    assert [line.met for line in lines.values()].count(None) == len(lines) - 1
    assert len([*tmp_path.rglob("*.safetensors")]) == 1
